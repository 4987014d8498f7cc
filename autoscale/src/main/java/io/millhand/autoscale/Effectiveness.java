// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import io.millhand.autoscale.Measurement.Flow;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Watches whether more workers settle more. Where something that all of them share is the limit (a
 * database, a lock, Redis itself), each further worker only adds to its load: then the fleet is
 * held where it is. Only times when work waits tell. Not thread-safe.
 *
 * <p>What was settled by the fleet before it grew is held against what the grown one settles: a
 * tenth of the gain that was due is too little (the same test as in Flink's autoscaler, {@code
 * scaling.effectiveness.threshold}).
 */
final class Effectiveness {

  private static final double LEAST_GAIN = 0.1;

  /** A fleet that grew by less shows nothing that is not chance. */
  private static final double GROWN = 1.2;

  private static final Duration LONG_ENOUGH = Duration.ofSeconds(30);
  private static final double COUNTED_ENOUGH = 50;
  private static final Duration HOLD = Duration.ofMinutes(5);

  private Stretch before = Stretch.NONE;
  private Stretch present = Stretch.NONE;
  private Optional<Hold> hold = Optional.empty();

  /** A time over which a fleet of one size had work waiting. */
  private record Stretch(int workers, Duration time, double settled) {

    static final Stretch NONE = new Stretch(0, Duration.ZERO, 0);

    static Stretch of(int workers, Flow flow) {
      return new Stretch(workers, flow.time(), flow.settled());
    }

    Stretch plus(Flow flow) {
      return new Stretch(workers, time.plus(flow.time()), settled + flow.settled());
    }

    boolean tells() {
      return time.compareTo(LONG_ENOUGH) >= 0 && settled >= COUNTED_ENOUGH;
    }

    /** That nothing is settled tells, too, where much was before. */
    boolean tellsBeside(Stretch other) {
      var expected = other.perSecond() * time.toNanos() / 1e9;
      return time.compareTo(LONG_ENOUGH) >= 0 && Math.max(settled, expected) >= COUNTED_ENOUGH;
    }

    double perSecond() {
      return settled * 1e9 / time.toNanos();
    }

    /** Whether the counts may differ by chance alone from what the other would have settled. */
    boolean isMoreThanChance(double otherPerSecond) {
      var expected = otherPerSecond * time.toNanos() / 1e9;
      return Math.abs(settled - expected) > 3 * Math.sqrt(expected);
    }
  }

  /**
   * More workers do not help.
   *
   * @param workers as many as there are
   * @param until when to try again
   * @param reason in words
   */
  record Hold(int workers, Duration until, String reason) {}

  /** The hold that is on, if one is. */
  Optional<Hold> hold() {
    return hold;
  }

  /**
   * Watches.
   *
   * @param at now
   * @param flow what went through
   * @param workers how many there were all that time; 0 where their number changed
   * @param waited whether work waited all the time
   */
  void watch(Duration at, Flow flow, int workers, boolean waited) {
    if (hold.filter(on -> at.compareTo(on.until()) >= 0).isPresent()) {
      hold = Optional.empty();
      forget();
    }
    if (!waited) {
      forget();
      hold = Optional.empty();
    } else if (workers == present.workers() && workers > 0) {
      present = present.plus(flow);
      judge(at);
    } else if (workers > 0) {
      if (present.tells()) {
        before = present;
      }
      present = Stretch.of(workers, flow);
    }
  }

  private void forget() {
    before = Stretch.NONE;
    present = Stretch.NONE;
  }

  private void judge(Duration at) {
    if (hold.isPresent()
        || !before.tells()
        || !present.tellsBeside(before)
        || present.workers() < before.workers() * GROWN) {
      return;
    }
    var due = before.perSecond() * ((double) present.workers() / before.workers() - 1);
    var gain = present.perSecond() - before.perSecond();
    if (gain < due * LEAST_GAIN && present.isMoreThanChance(before.perSecond() + due)) {
      hold = Optional.of(new Hold(present.workers(), at.plus(HOLD), words()));
    }
  }

  private String words() {
    return String.format(
        Locale.ROOT,
        "more workers do not help: %d settled %.1f/s, %d settle %.1f/s; something that they share is the limit",
        before.workers(),
        before.perSecond(),
        present.workers(),
        present.perSecond());
  }
}
