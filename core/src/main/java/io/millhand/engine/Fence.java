// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Whether a handler may start: only while others cannot take us for dead. All times are nanoTime.
 *
 * <p>Threads: opened, shut and confirmed by the heartbeat; asked by any. The intake admits under
 * {@link #admitting}, so that what it takes in is either seen by the look at what we own that
 * follows a shut, or not taken in at all.
 */
final class Fence {

  private final long trustedNanos;

  /** Held while entries are taken in, and while the fence is shut. */
  private final ReentrantLock admitting = new ReentrantLock();

  /** How often it was shut. Guarded by the lock for writing. */
  private volatile long term;

  /** Written by the heartbeat. */
  private volatile boolean open;

  /** When the last confirmed heartbeat was sent. Written by the heartbeat. */
  private volatile long confirmedAt = System.nanoTime();

  /** Trusts a confirmed heartbeat for that long. */
  Fence(long trustedNanos) {
    this.trustedNanos = trustedNanos;
  }

  boolean isOpen() {
    return open && isFresh(System.nanoTime());
  }

  /** Whether the last confirmed heartbeat is young enough, at that time, to trust. */
  boolean isFresh(long now) {
    return now - confirmedAt < trustedNanos;
  }

  /** How long ago the last confirmed heartbeat was sent. */
  long confirmedNanosAgo() {
    return System.nanoTime() - confirmedAt;
  }

  /** The time between two shuts: what was asked for in one must not be taken in in another. */
  long term() {
    return term;
  }

  /** Takes entries in, unless the fence was shut since that term; answers whether it did. */
  boolean admit(long asked, Runnable taking) {
    admitting.lock();
    try {
      if (term != asked) {
        return false;
      }
      taking.run();
      return true;
    } finally {
      admitting.unlock();
    }
  }

  void confirm(long sentAt) {
    confirmedAt = sentAt;
  }

  void open() {
    open = true;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
  void shut() {
    admitting.lock();
    try {
      open = false;
      term++;
    } finally {
      admitting.unlock();
    }
  }
}
