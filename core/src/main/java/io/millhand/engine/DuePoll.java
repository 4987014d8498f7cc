// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * When to ask next for what is due: paced so that the group as a whole asks about twenty times a
 * second, sooner when a due time is known. All times are nanoTime.
 *
 * <p>Threads: {@link #expect} and {@link #workers} from any; the rest on the intake.
 */
final class DuePoll {

  /** Of a group whose workers defer what others may have to take. */
  static final Duration SHARED = Duration.ofMillis(50);

  /** Of a group with one worker, which knows when all that it has deferred is due. */
  static final Duration ALONE = Duration.ofMillis(250);

  private final long groupPeriodNanos;

  private final AtomicLong next = new AtomicLong(System.nanoTime());

  /** Written by the heartbeat. */
  private volatile int workers = 1;

  DuePoll(Duration groupPeriod) {
    this.groupPeriodNanos = groupPeriod.toNanos();
  }

  void workers(int count) {
    workers = Math.max(1, count);
  }

  /** Something will be due after that wait. */
  void expect(Duration wait) {
    // Far waits are met by the ordinary polls; nanoTime arithmetic must not overflow.
    if (wait.compareTo(Duration.ofHours(1)) < 0) {
      soonest(System.nanoTime() + wait.toNanos());
    }
  }

  /** Asked: the next time is a period away. */
  void asked() {
    var period = groupPeriodNanos * workers;
    next.set(
        System.nanoTime() + (long) (period * ThreadLocalRandom.current().nextDouble(0.5, 1.5)));
  }

  /** More is due already. */
  void again() {
    next.set(System.nanoTime());
  }

  long nanosLeft() {
    return Math.max(0, next.get() - System.nanoTime());
  }

  private void soonest(long at) {
    next.accumulateAndGet(at, (a, b) -> a - b < 0 ? a : b);
  }
}
