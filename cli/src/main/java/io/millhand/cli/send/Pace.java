// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.send;

import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Not more than so many in a second, evenly. Used by one thread. */
public final class Pace {

  private final double perSecond;
  private final long started = System.nanoTime();
  private long count;

  /** That many in a second. */
  public Pace(double perSecond) {
    this.perSecond = perSecond;
  }

  /** Waits until the next one may go. An interrupt ends the wait. */
  public void await() {
    var due = started + (long) (count++ * 1e9 / perSecond);
    while (due - System.nanoTime() > 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(due - System.nanoTime());
    }
  }

  /** Reads {@code 100} or {@code 100/s}. */
  public static final class Converter implements ITypeConverter<Double> {

    private static final Pattern RATE = Pattern.compile("(\\d+(?:\\.\\d+)?)(?:/s)?");

    /** Made for picocli. */
    public Converter() {}

    @Override
    public Double convert(String value) {
      var rate = RATE.matcher(value.strip());
      var number = rate.matches() ? Double.parseDouble(rate.group(1)) : 0;
      if (number <= 0) {
        throw new TypeConversionException("'" + value + "' is not a rate: expected 100 or 100/s");
      }
      return number;
    }
  }
}
