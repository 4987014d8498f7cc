// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

  private static final Instant NOW = Instant.parse("1994-11-06T08:49:37Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | PT0S",
        "120 | PT2M",
        "99999999999999999999 | PT24H",
        "Sun, 06 Nov 1994 08:50:07 GMT | PT30S",
        "Sun, 06 Nov 1994 08:49:00 GMT | PT0S",
        "Wed, 01 Jan 2200 00:00:00 GMT | PT24H"
      })
  void seconds_and_dates_are_understood_and_bounded_by_a_day(String value, Duration wait) {
    assertThat(RetryAfter.parse(value, NOW)).contains(wait);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-5", "1.5"})
  void what_is_neither_is_no_wait(String value) {
    assertThat(RetryAfter.parse(value, NOW)).isEmpty();
  }
}
