// SPDX-License-Identifier: Apache-2.0
package io.millhand.event;

/**
 * Hears a worker's events. Called by the worker's own threads and by handlers' threads, several at
 * once, so be quick and thread-safe. What it throws is logged and harms nobody.
 */
@FunctionalInterface
public interface Listener {

  /** Something happened. */
  void on(Event event);
}
