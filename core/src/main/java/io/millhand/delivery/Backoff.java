// SPDX-License-Identifier: Apache-2.0
package io.millhand.delivery;

import java.time.Duration;

/** How long to wait before the next attempt. A pure function; called by many threads at once. */
@FunctionalInterface
public interface Backoff {

  /**
   * The wait after that many failed attempts, before jitter.
   *
   * @param attempts failed attempts so far, from 1
   */
  Duration after(int attempts);

  /** The same wait each time. */
  static Backoff fixed(Duration delay) {
    requireNotNegative(delay);
    return attempts -> delay;
  }

  /**
   * {@code first} after the first failure, doubled with each further one, never more than {@code
   * cap}.
   *
   * @throws IllegalArgumentException when {@code first} is not positive or more than {@code cap}
   */
  static Backoff exponential(Duration first, Duration cap) {
    if (first.isZero() || first.isNegative() || first.compareTo(cap) > 0) {
      throw new IllegalArgumentException(
          "exponential back-off needs 0 < first <= cap, but first is %s and cap is %s"
              .formatted(first, cap));
    }
    return attempts -> {
      var wait = first;
      for (int i = 1; i < attempts && wait.compareTo(cap) < 0; i++) {
        wait = wait.multipliedBy(2);
      }
      return wait.compareTo(cap) < 0 ? wait : cap;
    };
  }

  private static void requireNotNegative(Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("a back-off cannot be negative, but is " + delay);
    }
  }
}
