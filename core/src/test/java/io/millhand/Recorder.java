// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import io.millhand.event.Event;
import io.millhand.event.Listener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** Keeps every event, and lets a test wait for one. */
public final class Recorder implements Listener {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition added = lock.newCondition();
  private final List<Event> events = new ArrayList<>();

  @Override
  public void on(Event event) {
    lock.lock();
    try {
      events.add(event);
      added.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** All events of that kind so far. */
  public <E extends Event> List<E> all(Class<E> kind) {
    lock.lock();
    try {
      return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the first event of that kind, also one from before. */
  public <E extends Event> E await(Class<E> kind) {
    return await(kind, event -> true);
  }

  /** Waits for the first event of that kind that fits, also one from before. */
  public <E extends Event> E await(Class<E> kind, Predicate<E> fits) {
    return await(kind, fits, 1).get(0);
  }

  /** Waits for so many events of that kind. */
  public <E extends Event> List<E> await(Class<E> kind, int count) {
    return await(kind, event -> true, count);
  }

  /** Waits for so many events of that kind that fit. */
  public <E extends Event> List<E> await(Class<E> kind, Predicate<E> fits, int count) {
    var nanos = PATIENCE.toNanos();
    lock.lock();
    try {
      while (true) {
        var found = all(kind).stream().filter(fits).toList();
        if (found.size() >= count) {
          return found;
        }
        if (nanos <= 0) {
          throw new AssertionError(
              "%d of %d %s came within %s; all events: %s"
                  .formatted(found.size(), count, kind.getSimpleName(), PATIENCE, events));
        }
        nanos = added.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } finally {
      lock.unlock();
    }
  }

  /** Makes sure that no such event comes within that time. */
  public <E extends Event> void awaitNone(Class<E> kind, Duration within) {
    var nanos = within.toNanos();
    lock.lock();
    try {
      while (nanos > 0) {
        if (!all(kind).isEmpty()) {
          throw new AssertionError("came all the same: " + all(kind));
        }
        nanos = added.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } finally {
      lock.unlock();
    }
  }
}
