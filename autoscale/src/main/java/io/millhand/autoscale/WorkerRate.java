// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import io.millhand.autoscale.Measurement.Flow;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How many entries one worker settles in a second while it is busy (its true rate, as Flink's
 * autoscaler calls it): all that was settled, by all the time that handlers were busy. Times when
 * nearly nobody was busy tell only that it is so many at least. Not thread-safe.
 *
 * <p>By the part that is busy a worker seems quicker than it is where handlers wait for each other,
 * as for a processor. So what was believed from that, and turned out wrong as soon as work waited,
 * is not believed again for an hour.
 */
final class WorkerRate {

  private static final Duration MEMORY = Duration.ofMinutes(8);

  /** Fewer say too little. */
  private static final long ENOUGH = 25;

  private static final double LEAST_BUSY = 0.1;

  /** Work waits by chance, too; for so long it does not. */
  private static final Duration SURELY_WAITED = Duration.ofSeconds(15);

  private static final Duration RECENT = Duration.ofMinutes(15);
  private static final Duration DISTRUST = Duration.ofHours(1);
  private static final double WRONG = 0.75;

  private final AdaptiveRate seen = new AdaptiveRate(Duration.ofSeconds(20), MEMORY);

  /** What they would be at least who are hardly busy, if they were a tenth busy. */
  private final AdaptiveRate modest = new AdaptiveRate(Duration.ofSeconds(20), MEMORY);

  private OptionalDouble rate;
  private Duration waitedFor = Duration.ZERO;

  /** What was seen last while work waited. */
  private OptionalDouble proven = OptionalDouble.empty();

  /** The most that was guessed since. */
  private double boldest;

  private Duration boldestAt = Duration.ZERO;
  private Optional<Duration> distrustUntil = Optional.empty();

  /** With what is known to begin with. */
  WorkerRate(OptionalDouble prior) {
    this.rate = prior;
  }

  /**
   * Entries a second by one busy worker; where none was ever busy, as many as it is at least, and
   * empty where that is not known either.
   */
  OptionalDouble perSecond() {
    return rate.isEmpty() && modest.counted() >= ENOUGH ? positive(modest.rate()) : rate;
  }

  private static OptionalDouble positive(OptionalDouble value) {
    return value.isPresent() && value.getAsDouble() > 0 ? value : OptionalDouble.empty();
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
    waitedFor = waited ? waitedFor.plus(flow.time()) : Duration.ZERO;
    if (busy < LEAST_BUSY) {
      modest.add(flow.time(), flow.settled(), flow.time().toNanos() / 1e9 * workers * LEAST_BUSY);
      return;
    }
    seen.add(flow.time(), flow.settled(), flow.time().toNanos() / 1e9 * workers * busy);
    if (seen.counted() < ENOUGH) {
      return;
    }
    var now = seen.rate().orElseThrow();
    if (now <= 0) {
      return; // all hang, or are not done yet: how quick they are is not seen, and it is not 0
    }
    if (waitedFor.compareTo(SURELY_WAITED) >= 0) {
      believe(at, now);
    } else {
      guess(at, now);
    }
  }

  private void believe(Duration at, double now) {
    var wasBold = proven.isPresent() && boldest * WRONG > proven.getAsDouble();
    if (wasBold && now < boldest * WRONG && at.minus(boldestAt).compareTo(RECENT) < 0) {
      distrustUntil = Optional.of(at.plus(DISTRUST));
    }
    boldest = 0;
    proven = OptionalDouble.of(now);
    rate = proven;
  }

  private void guess(Duration at, double now) {
    var isDistrusted = distrustUntil.filter(until -> at.compareTo(until) < 0).isPresent();
    if (rate.isPresent() && now > rate.getAsDouble() && isDistrusted) {
      return;
    }
    if (now > boldest) {
      boldest = now;
      boldestAt = at;
    }
    rate = OptionalDouble.of(now);
  }
}
