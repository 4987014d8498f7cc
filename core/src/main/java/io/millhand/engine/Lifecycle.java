// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import static io.millhand.event.Event.State.DRAINING;
import static io.millhand.event.Event.State.FAILED;
import static io.millhand.event.Event.State.NEW;
import static io.millhand.event.Event.State.PAUSED;
import static io.millhand.event.Event.State.RUNNING;
import static io.millhand.event.Event.State.STOPPED;

import io.millhand.event.Event.State;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A worker's states and the steps between them.
 *
 * <p>Threads: any; a step is one atomic change, told outside the lock.
 *
 * <p>Promise: STOPPED and FAILED are final, and reached only through DRAINING once the worker had
 * run.
 */
final class Lifecycle {

  private static final Map<State, Set<State>> STEPS =
      Map.of(
          NEW, Set.of(RUNNING, STOPPED, FAILED),
          RUNNING, Set.of(PAUSED, DRAINING),
          PAUSED, Set.of(RUNNING, DRAINING),
          DRAINING, Set.of(STOPPED, FAILED),
          STOPPED, Set.of(),
          FAILED, Set.of());

  private final ReentrantLock lock = new ReentrantLock();
  private final Watcher watcher;

  /** Guarded by the lock for writing. */
  private volatile State state = NEW;

  /** Guarded by the lock for writing; the first cause wins. */
  private volatile @Nullable Throwable failure;

  Lifecycle(Watcher watcher) {
    this.watcher = watcher;
  }

  /** Hears of steps. */
  @FunctionalInterface
  interface Watcher {
    void changed(State from, State to, @Nullable Throwable cause);
  }

  State state() {
    return state;
  }

  Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /** Takes the step if we are there; false when we are elsewhere. */
  boolean step(State from, State to) {
    if (!STEPS.getOrDefault(from, Set.of()).contains(to)) {
      throw new IllegalArgumentException("there is no step from %s to %s".formatted(from, to));
    }
    lock.lock();
    try {
      if (state != from) {
        return false;
      }
      state = to;
    } finally {
      lock.unlock();
    }
    watcher.changed(from, to, failure);
    return true;
  }

  /** Notes why the worker gives up; the first reason stays. */
  void noteFailure(Throwable cause) {
    lock.lock();
    try {
      if (failure == null) {
        failure = cause;
      }
    } finally {
      lock.unlock();
    }
  }
}
