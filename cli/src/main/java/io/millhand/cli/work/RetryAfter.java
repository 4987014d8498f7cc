// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** The header Retry-After: seconds, or a date. Pure. */
final class RetryAfter {

  /** A stranger's word should not put an entry off for ever. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private RetryAfter() {}

  /**
   * The wait that it asks for.
   *
   * @param value of the header
   * @param date of the answer by the server's own clock, to which a date in the header belongs
   * @return empty when it cannot be read; at most a day
   */
  static Optional<Duration> parse(String value, Instant date) {
    var text = value.strip();
    if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.of(
          text.length() > 8 ? LONGEST : bounded(Duration.ofSeconds(Long.parseLong(text))));
    }
    return date(text).map(until -> bounded(Duration.between(date, until)));
  }

  /** A date of HTTP, such as {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
  static Optional<Instant> date(String text) {
    try {
      return Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text.strip(), Instant::from));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Duration bounded(Duration wait) {
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }
}
