// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

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
}
