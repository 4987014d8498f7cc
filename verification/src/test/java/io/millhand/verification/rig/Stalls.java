// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long a thread that wants to run every 10 ms was kept from it at most: what the machine owes,
 * and nobody under test.
 */
public final class Stalls implements AutoCloseable {

  private static final long TICK_MILLIS = 10;

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong longestNanos = new AtomicLong();

  /** Written by the clock alone. */
  private volatile long last = System.nanoTime();

  private Stalls() {}

  /** Watches from now on. */
  public static Stalls watch() {
    var stalls = new Stalls();
    stalls.clock.scheduleWithFixedDelay(
        stalls::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    return stalls;
  }

  private void tick() {
    var now = System.nanoTime();
    longestNanos.accumulateAndGet(
        now - last - TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS), Math::max);
    last = now;
  }

  /** The longest so far. */
  public Duration longest() {
    return Duration.ofNanos(longestNanos.get());
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
