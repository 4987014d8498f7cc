// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
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
    waiter = Thread.currentThread();
    var end = System.nanoTime() + nanos;
    while (!raised.get() && !closed) {
      var left = end - System.nanoTime();
      if (left <= 0) {
        break;
      }
      LockSupport.parkNanos(this, left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
    raised.set(false);
  }

  /** Forgets a signal that the caller is about to act on anyway. */
  void clear() {
    raised.set(false);
  }
}
