// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Numbers as Kubernetes writes them ({@code resource.Quantity}): whole, or in thousandths with an
 * m. Never with an exponent, and never negative: a controller takes that for an overflow and scales
 * to the maximum.
 */
final class Quantity {

  /** The greatest number whose thousandths a controller can still count. */
  static final long MOST = Long.MAX_VALUE / 1000;

  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

  private Quantity() {}

  /**
   * A whole number; what is more than {@link #MOST} is that.
   *
   * @throws IllegalArgumentException when it is negative
   */
  static String of(long number) {
    if (number < 0) {
      throw new IllegalArgumentException("it is negative: " + number);
    }
    return Long.toString(Math.min(number, MOST));
  }

  /**
   * A number, rounded up to thousandths; what is more than {@link #MOST} is that.
   *
   * @throws IllegalArgumentException when it is negative, infinite or no number
   */
  static String of(double number) {
    if (!Double.isFinite(number) || number < 0) {
      throw new IllegalArgumentException("it is no number from 0 on: " + number);
    }
    if (number >= MOST) {
      return Long.toString(MOST);
    }
    var thousandths =
        BigDecimal.valueOf(number).multiply(THOUSAND).setScale(0, RoundingMode.CEILING);
    var parts = thousandths.divideAndRemainder(THOUSAND);
    return parts[1].signum() == 0
        ? parts[0].toBigIntegerExact().toString()
        : thousandths.toBigIntegerExact() + "m";
  }
}
