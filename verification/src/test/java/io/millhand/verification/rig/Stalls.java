// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * How long a thread that wants to run every 10 ms was kept from it at most: what the machine owes,
 * and nobody under test.
 */
public final class Stalls implements AutoCloseable {

  private static final Duration TICK = Duration.ofMillis(10);

  private final Thread clock = Thread.ofPlatform().daemon().name("stalls").unstarted(this::run);
  private final AtomicLong longestNanos = new AtomicLong();
  private volatile boolean closing;

  private Stalls() {}

  /** Watches from now on. */
  public static Stalls watch() {
    var stalls = new Stalls();
    stalls.clock.start();
    return stalls;
  }

  private void run() {
    var last = System.nanoTime();
    while (!closing) {
      LockSupport.parkNanos(TICK.toNanos());
      var now = System.nanoTime();
      longestNanos.accumulateAndGet(now - last - TICK.toNanos(), Math::max);
      last = now;
    }
  }

  /** The longest so far. */
  public Duration longest() {
    return Duration.ofNanos(longestNanos.get());
  }

  @Override
  public void close() {
    closing = true;
  }
}
