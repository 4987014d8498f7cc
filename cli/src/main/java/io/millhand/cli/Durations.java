// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Durations as people write them: {@code 250ms}, {@code 2s}, {@code 1.5m}, {@code 3h}, {@code 7d},
 * {@code 1h30m}; or ISO-8601.
 */
public final class Durations implements ITypeConverter<Duration> {

  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h|d)");
  private static final Pattern WHOLE = Pattern.compile("(?:" + PART.pattern() + ")+");

  @Override
  public Duration convert(String value) {
    var text = value.strip().toLowerCase(Locale.ROOT);
    try {
      if (WHOLE.matcher(text).matches()) {
        return parts(text);
      }
      return text.equals("0") ? Duration.ZERO : Duration.parse(text);
    } catch (DateTimeException | ArithmeticException e) {
      throw new TypeConversionException(
          "'%s' is not a duration: expected a number and a unit, such as 250ms, 2s, 1.5m, 3h, 7d"
              .formatted(Escape.text(value)));
    }
  }

  private static Duration parts(String text) {
    var sum = Duration.ZERO;
    var part = PART.matcher(text);
    while (part.find()) {
      var millis = new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit(part.group(2))));
      sum = sum.plusNanos(millis.movePointRight(6).longValueExact());
    }
    return sum;
  }

  private static long unit(String name) {
    return switch (name) {
      case "ms" -> 1;
      case "s" -> 1000;
      case "m" -> 60_000;
      case "h" -> 3_600_000;
      default -> 86_400_000;
    };
  }

  /** A duration as this reads it, in its largest whole units: {@code 1m30s}. */
  public static String format(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    var text = new StringBuilder();
    part(text, duration.toDays(), "d");
    part(text, duration.toHoursPart(), "h");
    part(text, duration.toMinutesPart(), "m");
    part(text, duration.toSecondsPart(), "s");
    part(text, duration.toMillisPart(), "ms");
    return text.isEmpty() ? "0s" : text.toString();
  }

  private static void part(StringBuilder text, long amount, String unit) {
    if (amount != 0) {
      text.append(amount).append(unit);
    }
  }
}
