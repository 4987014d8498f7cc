// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many handlers run, of so many at most. A handler that is abandoned gives its slot to another,
 * and is counted apart until its thread ends.
 *
 * <p>Threads: any.
 */
final class Slots {

  private final int most;
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger abandoned = new AtomicInteger();

  Slots(int most) {
    this.most = most;
  }

  /** Takes one; false when all are taken. */
  boolean take() {
    while (true) {
      var now = running.get();
      if (now >= most) {
        return false;
      }
      if (running.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  void giveBack() {
    running.decrementAndGet();
  }

  /** One that runs is abandoned. */
  void abandon() {
    running.decrementAndGet();
    abandoned.incrementAndGet();
  }

  /** The thread of an abandoned one has ended. */
  void abandonedEnds() {
    abandoned.decrementAndGet();
  }

  int free() {
    return most - running.get();
  }

  int running() {
    return running.get();
  }

  int abandoned() {
    return abandoned.get();
  }
}
