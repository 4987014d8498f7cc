// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

/**
 * How many handlers end in a second, as a moving mean, and how long the way to Redis is. Decides
 * how far to read ahead.
 *
 * <p>Threads: the intake alone.
 */
final class Pace {

  private static final long WINDOW_NANOS = 20_000_000;
  private static final double WEIGHT = 0.3;

  /**
   * What is held must last until the reply after next: when one comes, the next is only asked for.
   */
  private static final int TRIPS_AHEAD = 2;

  private final double readAheadSeconds;
  private long windowStart;
  private long countAtStart;
  private double perSecond;
  private long lastTrip;
  private double tripSeconds;

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
    perSecond = perSecond == 0 ? rate : perSecond + weight(rate, nanos) * (rate - perSecond);
    windowStart = now;
    countAtStart = ended;
  }

  /** A rise over a long time is no accident; a fall may be a moment without entries. */
  private double weight(double rate, long nanos) {
    return rate > perSecond ? 1 - Math.pow(1 - WEIGHT, (double) nanos / WINDOW_NANOS) : WEIGHT;
  }

  /** Learns how long it took to be given entries that were there; of two the shorter counts. */
  void tripTook(long nanos) {
    tripSeconds = Math.min(nanos, lastTrip) / 1e9;
    lastTrip = nanos;
  }

  /** How many entries can be expected to start beyond those that find a free handler at once. */
  int ahead() {
    if (readAheadSeconds == 0) {
      return 0;
    }
    return (int) Math.min(1 << 30, perSecond * (readAheadSeconds + TRIPS_AHEAD * tripSeconds));
  }
}
