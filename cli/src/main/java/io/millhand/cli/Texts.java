// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import io.millhand.inspect.Lag;
import io.millhand.inspect.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Values for people. */
public final class Texts {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");

  private Texts() {}

  /** {@code 12,345}. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** {@code 17}, or {@code ≥ 10,000} where Redis cannot tell. */
  public static String lag(Lag lag) {
    return switch (lag) {
      case Lag.Exactly exactly -> count(exactly.entries());
      case Lag.AtLeast least -> "≥ " + count(least.entries());
    };
  }

  /** {@code 0.4}, {@code 1,250}, or a dash where it is not known. */
  public static String rate(Optional<Double> perSecond) {
    return perSecond
        .map(rate -> String.format(Locale.ROOT, rate < 10 ? "%.1f" : "%,.0f", rate))
        .orElse("-");
  }

  /** {@code stopped}. */
  public static String word(Verdict.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** {@code 120 B}, {@code 1.5 KiB}, {@code 20 MiB}; a dash where it is not known. */
  public static String bytes(Optional<Long> bytes) {
    return bytes.map(Texts::bytes).orElse("-");
  }

  private static String bytes(long bytes) {
    var size = (double) bytes;
    var unit = 0;
    while (size >= 1024 && unit < UNITS.size() - 1) {
      size /= 1024;
      unit++;
    }
    return String.format(
        Locale.ROOT, unit == 0 || size >= 10 ? "%.0f %s" : "%.1f %s", size, UNITS.get(unit));
  }

  /**
   * The two largest units that matter: {@code 120 ms}, {@code 12 s}, {@code 5 min 2 s}, {@code 3 d
   * 4 h}.
   */
  public static String duration(Duration duration) {
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
  public static String duration(Optional<Duration> duration) {
    return duration.map(Texts::duration).orElse("-");
  }

  /** {@code 2.7 s}. */
  public static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }

  /** {@code 1:02}. */
  public static String clock(Duration duration) {
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
  public static String entries(long count) {
    return count(count) + (count == 1 ? " entry" : " entries");
  }

  /** {@code 1 worker}, {@code 3 workers}. */
  public static String workers(long count) {
    return count(count) + (count == 1 ? " worker" : " workers");
  }

  /** In this machine's time zone. */
  public static String time(Instant time) {
    return TIME.format(time.atZone(ZoneId.systemDefault()));
  }

  /** Not longer than that; cut between characters. */
  public static String cut(String text, int most) {
    if (text.codePointCount(0, text.length()) <= most) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…";
  }
}
