// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * Keeps chance from moving a fleet: it moves by what was required all of the last minute, up or
 * down, or up at once where entries wait. What rose a short time ago and would fall by little stays
 * for some minutes, since such a load is likely to return. Where entries take long, all of this
 * takes longer. The times and parts are those that a contest over the simulation's scenarios
 * favours; {@code docs/autoscaling.md} has its result. Not thread-safe.
 */
final class Patience {

  /** What is required beyond what is there, by less than this part, may be chance. */
  private static final double UP = 0.11;

  private static final Duration RISE = Duration.ofSeconds(60);
  private static final Duration FALL = Duration.ofSeconds(60);

  /** What rose a short time ago, and would fall by less than this part, is likely to rise again. */
  private static final double CHANCE = 0.25;

  private static final Duration RETURN = Duration.ofMinutes(4);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final Deque<Past> past = new ArrayDeque<>(); // the newest last
  private Optional<Duration> roseAt = Optional.empty();

  /** What the load required at a time. */
  private record Past(Duration at, double workers) {}

  /**
   * How things are.
   *
   * @param at now
   * @param known for how long nothing was unknown
   * @param present workers that were asked for last
   * @param isUrgent whether entries have waited for so long that nobody waits for a minute to pass
   * @param handling seconds that an entry takes; 0 where that is not known
   */
  record State(Duration at, Duration known, int present, boolean isUrgent, double handling) {

    /** Where entries take long, so do signs. */
    Duration longer(Duration patience, int times) {
      var asLong = Duration.ofMillis((long) (handling * times * 1000));
      return asLong.compareTo(patience) > 0 ? asLong : patience;
    }
  }

  /** How many workers to ask for, where the load requires so many at this moment. */
  int wanted(double required, State now) {
    past.addLast(new Past(now.at(), required));
    while (past.getFirst().at().compareTo(now.at().minus(LONGEST)) < 0) {
      past.removeFirst();
    }
    var least = now.isUrgent() ? required : lately(now, now.longer(RISE, 2)).min().orElse(required);
    if (least > now.present() * (1 + UP)) {
      roseAt = Optional.of(now.at());
      return Requirement.whole(least);
    }
    if (now.known().compareTo(FALL) < 0) {
      return now.present(); // what was required a minute ago is not known
    }
    var most = lately(now, now.longer(FALL, 4)).max().orElse(required);
    return isReturning(most, now)
        ? now.present()
        : Math.min(now.present(), Requirement.whole(most));
  }

  private boolean isReturning(double most, State now) {
    return isWithin(now.longer(RETURN, 8), roseAt, now.at()) && most > now.present() * (1 - CHANCE);
  }

  /** Whether that was so short a time ago; what never was is long ago, wherever the clock began. */
  static boolean isWithin(Duration time, Optional<Duration> when, Duration now) {
    return when.filter(then -> now.minus(then).compareTo(time) < 0).isPresent();
  }

  private DoubleStream lately(State now, Duration time) {
    return past.stream()
        .filter(each -> each.at().compareTo(now.at().minus(time)) >= 0)
        .mapToDouble(Past::workers);
  }
}
