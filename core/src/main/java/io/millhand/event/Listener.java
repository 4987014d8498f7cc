// SPDX-License-Identifier: Apache-2.0
package io.millhand.event;

import java.util.function.Supplier;

/**
 * Hears a worker's events. Called by the worker's own threads and by handlers' threads, several at
 * once, so be quick and thread-safe. What it throws is logged and harms nobody.
 */
@FunctionalInterface
public interface Listener {

  /** Something happened. */
  void on(Event event);

  /**
   * A worker begins. Called once, before its first event; the default does nothing.
   *
   * @param worker who
   * @param health how it is, whenever asked: by any thread, without asking Redis, also when it has
   *     stopped
   */
  default void begin(Event.Worker worker, Supplier<Health> health) {}
}
