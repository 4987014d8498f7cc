// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Wakes one waiting thread. Cheap to raise while nobody waits; a signal raised before the wait is
 * not lost.
 *
 * <p>Threads: one waits, any raise.
 */
final class Signal {

  private final AtomicBoolean raised = new AtomicBoolean();

  private volatile boolean closed;
  private volatile boolean hurried;

  /** Written by the waiting thread alone. */
  private volatile @Nullable Thread waiter;

  void raise() {
    if (!raised.get() && raised.compareAndSet(false, true)) {
      LockSupport.unpark(waiter);
    }
  }

  /** From now on nobody waits: a thread that is to end must not miss it. */
  void close() {
    closed = true;
    LockSupport.unpark(waiter);
  }

  /** Waits for a signal, so long at most, and takes it. */
  void await(long nanos) throws InterruptedException {
    see(nanos);
    raised.set(false);
  }

  /** Waits for a signal, so long at most, and leaves it raised; answers whether there is one. */
  boolean see(long nanos) throws InterruptedException {
    parkUntil(System.nanoTime() + nanos, raised::get);
    return raised.get();
  }

  /**
   * Lets so much time pass, unless it is hurried. While a signal is raised, raising it again wakes
   * nobody.
   *
   * @param worth asked once, after what came before cannot hurry it any more
   */
  void rest(long nanos, BooleanSupplier worth) throws InterruptedException {
    hurried = false;
    if (worth.getAsBoolean()) {
      parkUntil(System.nanoTime() + nanos, () -> hurried);
    }
  }

  /** Ends a rest. */
  void hurry() {
    hurried = true;
    LockSupport.unpark(waiter);
  }

  private void parkUntil(long end, BooleanSupplier over) throws InterruptedException {
    waiter = Thread.currentThread();
    while (!over.getAsBoolean() && !closed) {
      var left = end - System.nanoTime();
      if (left <= 0) {
        return;
      }
      LockSupport.parkNanos(this, left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  /** Forgets a signal that the caller is about to act on anyway. */
  void clear() {
    raised.set(false);
  }
}
