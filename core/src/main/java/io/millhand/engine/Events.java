// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.event.Event;
import io.millhand.event.Health;
import io.millhand.event.Listener;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands events to the listeners. Thread-safe; a listener that throws harms nobody. */
final class Events {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.events");

  final Event.Worker by;
  private final List<Listener> listeners;

  Events(Event.Worker by, List<Listener> listeners) {
    this.by = by;
    this.listeners = List.copyOf(listeners);
  }

  /**
   * Whether anybody listens: what happens for each entry is not even made into an event otherwise.
   */
  boolean areHeard() {
    return !listeners.isEmpty();
  }

  /** Introduces the worker; before anything else. */
  void begin(Supplier<Health> health) {
    for (var listener : listeners) {
      try {
        listener.begin(by, health);
      } catch (Throwable e) {
        log.error("{}: a listener failed as the worker began; the worker goes on", by, e);
      }
    }
  }

  void emit(Event event) {
    for (var listener : listeners) {
      try {
        listener.on(event);
      } catch (Throwable e) {
        log.error(
            "{}: a listener failed on {}; the worker goes on",
            by,
            event.getClass().getSimpleName(),
            e);
      }
    }
  }
}
