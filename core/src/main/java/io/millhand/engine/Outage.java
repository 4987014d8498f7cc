// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.event.Event;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;

/**
 * Tells an outage of Redis once when it starts and once when it ends, however many loops meet it
 * how often.
 *
 * <p>Threads: any.
 */
final class Outage {

  private final ReentrantLock lock = new ReentrantLock();
  private final Events events;
  private final Logger log;

  /** The loops that cannot work. Guarded by the lock. */
  private final Set<String> failing = new HashSet<>();

  /** Those of them that have nothing to ask just now. Guarded by the lock. */
  private final Set<String> idle = new HashSet<>();

  /** Whether it is on: looked at each turn. Written under the lock. */
  private volatile boolean on;

  private long startedAt;
  private long failures;

  Outage(Events events, Logger log) {
    this.events = events;
    this.log = log;
  }

  void met(String loop, Throwable cause) {
    boolean first;
    lock.lock();
    try {
      first = failing.isEmpty();
      failing.add(loop);
      idle.remove(loop);
      on = true;
      failures++;
      if (first) {
        startedAt = System.nanoTime();
        failures = 1;
      }
    } finally {
      lock.unlock();
    }
    if (first) {
      log.warn(
          "{}: {} What is held stays held, nothing is lost; trying again until Redis answers.",
          events.by,
          cause.getMessage());
      events.emit(new Event.OutageStarted(events.by, cause));
    }
  }

  /** It had nothing to ask: others must find out whether Redis is back. */
  void idle(String loop) {
    if (on) {
      lock.lock();
      try {
        if (failing.contains(loop)) {
          idle.add(loop);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** Redis answered it; the outage ends when it answers all that ask. */
  void answered(String loop) {
    if (on) {
      over(loop);
    }
  }

  private void over(String loop) {
    Duration lasted;
    long count;
    lock.lock();
    try {
      failing.remove(loop);
      idle.remove(loop);
      if (!on || !idle.containsAll(failing)) {
        return;
      }
      clear();
      lasted = Duration.ofNanos(System.nanoTime() - startedAt);
      count = failures;
    } finally {
      lock.unlock();
    }
    log.info(
        "{}: Redis answers again after {} ms and {} failed tries.",
        events.by,
        lasted.toMillis(),
        count);
    events.emit(new Event.OutageEnded(events.by, lasted, count));
  }

  /** A loop ends; it is no sign that Redis is back. */
  void leave(String loop) {
    lock.lock();
    try {
      failing.remove(loop);
      idle.remove(loop);
      if (failing.isEmpty()) {
        clear();
      }
    } finally {
      lock.unlock();
    }
  }

  private void clear() {
    failing.clear();
    idle.clear();
    on = false;
  }

  boolean isOn() {
    return on;
  }
}
