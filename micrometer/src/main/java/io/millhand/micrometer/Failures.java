// SPDX-License-Identifier: Apache-2.0
package io.millhand.micrometer;

import io.micrometer.core.instrument.Counter;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Failed attempts by the class of what was thrown: of the first 20 classes that come; the others
 * together are "other". Thread-safe.
 */
final class Failures {

  private static final int MOST = 20;
  private static final String NAME = "millhand.worker.failures";
  private static final String HELP =
      "Failed attempts, by the class of what was thrown: the first 20 classes, the others together as other.";

  private final Shelf shelf;
  private final ConcurrentHashMap<Class<?>, Counter> counters = new ConcurrentHashMap<>();
  private final Counter other;

  Failures(Shelf shelf) {
    this.shelf = shelf;
    this.other = shelf.counter(NAME, HELP, "exception", "other");
  }

  void count(Throwable thrown) {
    var type = thrown.getClass();
    var counter = counters.get(type);
    (counter == null ? added(type) : counter).increment();
  }

  private synchronized Counter added(Class<?> type) {
    return counters.size() < MOST
        ? counters.computeIfAbsent(
            type, each -> shelf.counter(NAME, HELP, "exception", Words.of(each)))
        : counters.getOrDefault(type, other);
  }
}
