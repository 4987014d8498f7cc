// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

/**
 * How many handlers end in a second, as a moving mean. Decides how far to read ahead.
 *
 * <p>Threads: the intake alone.
 */
final class Pace {

  private static final long WINDOW_NANOS = 20_000_000;
  private static final double WEIGHT = 0.3;

  private final double readAheadSeconds;
  private long windowStart;
  private long countAtStart;
  private double perSecond;

  Pace(long readAheadNanos, long now) {
    this.readAheadSeconds = readAheadNanos / 1e9;
    this.windowStart = now;
  }

  /** Learns how many handlers had ended by then. */
  void learn(long now, long ended) {
    var nanos = now - windowStart;
    if (nanos < WINDOW_NANOS) {
      return;
    }
    var rate = (ended - countAtStart) * 1e9 / nanos;
    perSecond = perSecond == 0 ? rate : perSecond + WEIGHT * (rate - perSecond);
    windowStart = now;
    countAtStart = ended;
  }

  /** How many entries can be expected to start beyond those that find a free handler at once. */
  int ahead() {
    return (int) Math.min(1 << 30, perSecond * readAheadSeconds);
  }
}
