// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.inspect.Lag;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** Values for people. */
final class Texts {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private Texts() {}

  /** {@code 12,345}. */
  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** {@code 17}, or {@code ≥ 10,000} where Redis cannot tell. */
  static String lag(Lag lag) {
    return switch (lag) {
      case Lag.Exactly exactly -> count(exactly.entries());
      case Lag.AtLeast least -> "≥ " + count(least.entries());
    };
  }

  /**
   * The two largest units that matter: {@code 120 ms}, {@code 12 s}, {@code 5 min 2 s}, {@code 3 d
   * 4 h}.
   */
  static String duration(Duration duration) {
    if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
      return duration.toMillis() + " ms";
    }
    if (duration.toDays() > 0) {
      return two(duration.toDays(), "d", duration.toHoursPart(), "h");
    }
    if (duration.toHours() > 0) {
      return two(duration.toHours(), "h", duration.toMinutesPart(), "min");
    }
    return two(duration.toMinutes(), "min", duration.toSecondsPart(), "s");
  }

  private static String two(long large, String largeUnit, long small, String smallUnit) {
    if (large == 0) {
      return small + " " + smallUnit;
    }
    return large + " " + largeUnit + (small == 0 ? "" : " " + small + " " + smallUnit);
  }

  /** The same, or a dash. */
  static String duration(Optional<Duration> duration) {
    return duration.map(Texts::duration).orElse("-");
  }

  /** In this machine's time zone. */
  static String time(Instant time) {
    return TIME.format(time.atZone(ZoneId.systemDefault()));
  }

  /** Not longer than that; cut between characters. */
  static String cut(String text, int most) {
    if (text.codePointCount(0, text.length()) <= most) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…";
  }
}
