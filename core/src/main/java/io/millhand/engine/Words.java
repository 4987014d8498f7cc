// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import java.math.BigDecimal;
import java.time.Duration;

/** Numbers and times as people write them, for the log and for reasons. Pure. */
final class Words {

  private Words() {}

  /** {@code 1 entry waits}, {@code 3 entries wait}. */
  static String count(long count, String one, String more) {
    return count + " " + (count == 1 ? one : more);
  }

  /** {@code 400 ms}, {@code 2 s}, {@code 1.5 s}; what is less than a millisecond is left out. */
  static String time(Duration time) {
    var millis = time.toMillis();
    return Math.abs(millis) < 1000
        ? millis + " ms"
        : BigDecimal.valueOf(millis, 3).stripTrailingZeros().toPlainString() + " s";
  }

  /** With a full stop, whether it had one or not. */
  static String sentence(String text) {
    return text.endsWith(".") ? text : text + ".";
  }
}
