// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import io.millhand.autoscale.Measurement.Flow;
import java.time.Duration;
import java.util.OptionalDouble;

/**
 * How many entries one worker settles in a second while it is busy (its true rate, as Flink's
 * autoscaler calls it). Learnt from times when work waits, so that all handlers are busy, and else
 * by the part of them that is. Not thread-safe.
 *
 * <p>By the part that is busy a worker seems quicker than it is where handlers wait for each other,
 * as for a processor. So what was believed from that, and turned out wrong as soon as work waited,
 * is not believed again for an hour.
 */
final class WorkerRate {

  private static final Duration MEMORY = Duration.ofMinutes(4);

  /** Fewer say too little. */
  private static final long ENOUGH = 20;

  private static final double LEAST_BUSY = 0.1;
  private static final Duration RECENT = Duration.ofMinutes(15);
  private static final Duration DISTRUST = Duration.ofHours(1);
  private static final double WRONG = 0.75;

  private final AdaptiveRate whileWaiting = new AdaptiveRate(MEMORY);
  private final AdaptiveRate byBusy = new AdaptiveRate(MEMORY);
  private OptionalDouble rate;
  private Duration raised = RECENT.multipliedBy(-2);
  private Duration distrustUntil = Duration.ZERO;

  /** With what is known to begin with. */
  WorkerRate(OptionalDouble prior) {
    this.rate = prior;
  }

  /** Entries a second by one busy worker; empty where it was never seen. */
  OptionalDouble perSecond() {
    return rate;
  }

  /**
   * Learns.
   *
   * @param at now
   * @param flow what went through
   * @param workers how many there were, on an average
   * @param busy which part of their handlers was busy
   * @param waited whether work waited all the time
   */
  void learn(Duration at, Flow flow, double workers, double busy, boolean waited) {
    var exposure = seconds(flow.time()) * workers * busy;
    if (waited) {
      whileWaiting.add(flow.time(), flow.settled(), exposure);
      byBusy.clear();
      if (whileWaiting.counted() >= ENOUGH) {
        whileWaiting.rate().ifPresent(seen -> believe(at, seen));
      }
    } else if (busy >= LEAST_BUSY) {
      whileWaiting.clear();
      byBusy.add(flow.time(), flow.settled(), exposure);
      if (byBusy.counted() >= ENOUGH && byBusy.known().compareTo(Duration.ofSeconds(30)) >= 0) {
        byBusy.rate().ifPresent(seen -> guess(at, seen));
      }
    }
  }

  private void believe(Duration at, double seen) {
    if (rate.isPresent()
        && seen < rate.getAsDouble() * WRONG
        && at.minus(raised).compareTo(RECENT) < 0) {
      distrustUntil = at.plus(DISTRUST);
    }
    rate = OptionalDouble.of(seen);
  }

  private void guess(Duration at, double seen) {
    if (rate.isEmpty() || seen <= rate.getAsDouble()) {
      rate = OptionalDouble.of(seen);
    } else if (at.compareTo(distrustUntil) >= 0) {
      if (seen > rate.getAsDouble() / WRONG) {
        raised = at;
      }
      rate = OptionalDouble.of(seen);
    }
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }
}
