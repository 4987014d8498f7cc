// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

import java.util.concurrent.atomic.AtomicIntegerArray;

/** What a handler does with an entry. Thread-safe. */
@FunctionalInterface
public interface Effect {

  /** A handler that does nothing. */
  Effect NONE = values -> {};

  /** Handles one entry. */
  void on(Values values) throws Exception;

  /** A handler that sleeps. */
  static Effect sleep(long millis) {
    return values -> Thread.sleep(millis);
  }

  /** A handler that fails once for each entry whose {@code order_id} is divisible by this. */
  static Effect failOnce(int divisor, int entries) {
    var failed = new AtomicIntegerArray(entries);
    return values -> {
      var number = Integer.parseInt(values.text("order_id"));
      if (number % divisor == 0 && failed.compareAndSet(number, 0, 1)) {
        throw new IllegalStateException("fails once");
      }
    };
  }
}
