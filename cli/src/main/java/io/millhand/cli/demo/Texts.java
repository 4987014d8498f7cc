// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import java.time.Duration;
import java.util.Locale;

/** Numbers for people. */
final class Texts {

  private Texts() {}

  /** {@code 12,345}. */
  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** {@code 2.7 s}. */
  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }

  /** {@code 1:02}. */
  static String clock(Duration duration) {
    return duration.toHours() > 0
        ? String.format(
            Locale.ROOT,
            "%d:%02d:%02d",
            duration.toHours(),
            duration.toMinutesPart(),
            duration.toSecondsPart())
        : String.format(Locale.ROOT, "%d:%02d", duration.toMinutes(), duration.toSecondsPart());
  }

  /** {@code 1 entry}, {@code 3 entries}. */
  static String entries(long count) {
    return count(count) + (count == 1 ? " entry" : " entries");
  }

  /** {@code 1 worker}, {@code 3 workers}. */
  static String workers(long count) {
    return count(count) + (count == 1 ? " worker" : " workers");
  }
}
