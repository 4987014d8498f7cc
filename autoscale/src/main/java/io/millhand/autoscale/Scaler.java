// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import io.millhand.autoscale.Advice.Need;
import io.millhand.autoscale.Advice.Unknown;
import io.millhand.autoscale.Measurement.Flow;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * Decides how many workers one group needs, measurement after measurement: about one in five
 * seconds. It has no clock and no chance in it: the same measurements lead to the same advice. Not
 * thread-safe.
 *
 * <p>The need is what the load requires ({@link Requirement}), and at least one while there is any
 * work. It rises at once, beyond a band that keeps chance from moving it; it falls to the highest
 * need of the last minutes. It is held where more workers do not help ({@link Effectiveness}), and
 * where the group is paused. Where entries wait for longer than half of the objective although all
 * workers are there that were asked for, it grows by what is missing, whatever the rates say.
 */
public final class Scaler {

  /** What is required beyond what is there, by less than this part, may be chance. */
  private static final double UP = 0.11;

  private static final Duration PATIENCE_UP = Duration.ofSeconds(60);
  private static final Duration PATIENCE_DOWN = Duration.ofSeconds(60);

  /** What rose a short time ago, and would fall by less than this part, is likely to rise again. */
  private static final double CHANCE = 0.25;

  private static final Duration RETURN = Duration.ofMinutes(4);

  private static final Duration GAP = Duration.ofSeconds(30);
  private static final Duration LONGEST_PATIENCE = Duration.ofMinutes(10);

  /** Entries that wait for a longer part of the objective cannot wait for patience. */
  private static final int HURRY = 5;

  private static final double MOST_AT_ONCE = 2;

  private final ScalingPolicy policy;
  private final AdaptiveRate arrivals =
      new AdaptiveRate(Duration.ofSeconds(15), Duration.ofMinutes(4));
  private final WorkerRate workerRate;
  private final Effectiveness effectiveness = new Effectiveness();
  private final Deque<Past> past = new ArrayDeque<>(); // the newest last
  private Optional<Measurement> last = Optional.empty();
  private int advised = -1;
  private Optional<Duration> watchedAge = Optional.empty();
  private Optional<Duration> roseAt = Optional.empty();

  /** Since when nothing was unknown for long. */
  private Duration knownSince = Duration.ZERO;

  private Optional<Duration> lastKnown = Optional.empty();

  /** What the load required at a time. */
  private record Past(Duration at, double workers) {}

  /**
   * Knows nothing yet.
   *
   * @throws IllegalArgumentException when that policy cannot work
   */
  public Scaler(ScalingPolicy policy) {
    var problems = policy.problems();
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    this.policy = policy;
    this.workerRate = new WorkerRate(policy.rate());
  }

  /** Entries in a second that one busy worker settles, as far as it is known. */
  public OptionalDouble workerRate() {
    return workerRate.perSecond();
  }

  /** Entries that come in a second, as far as it is known. */
  public OptionalDouble arrivalRate() {
    return arrivals.rate();
  }

  /** What the policy asks for, after all that was measured so far and this. */
  public Advice advise(Measurement now) {
    var before = last;
    last = Optional.of(now);
    var advice =
        now.flow().isEmpty() ? undecided(before, now) : decided(before, now, now.flow().get());
    if (advice instanceof Need need) {
      advised = need.workers();
    }
    return advice;
  }

  /** Nobody would ever come to work that waits where it stays unknown how much comes. */
  private Advice undecided(Optional<Measurement> before, Measurement now) {
    var reason =
        before.isEmpty()
            ? "one look cannot tell how much comes"
            : "it is not known how much comes and is settled";
    var isDeserted = now.fleet().ready() == 0 && now.fleet().requested() == 0;
    return isDeserted && now.hasWork() && !now.paused()
        ? need(1, "there is work and nobody to do it; " + reason)
        : new Unknown(reason);
  }

  private Advice decided(Optional<Measurement> before, Measurement now, Flow flow) {
    if (!isWithin(GAP, lastKnown, now.at())) {
      knownSince = now.at();
    }
    lastKnown = Optional.of(now.at());
    before.ifPresent(earlier -> learn(earlier, now, flow));
    return decide(now);
  }

  private void learn(Measurement before, Measurement now, Flow flow) {
    arrivals.add(flow.time(), flow.added(), flow.time().toNanos() / 1e9);
    if (now.paused() || before.paused()) {
      return;
    }
    var workers = (before.fleet().ready() + now.fleet().ready()) / 2.0;
    var waited = isSaturated(before) && isSaturated(now);
    var busy = waited ? 1 : (busy(before) + busy(now)) / 2;
    workerRate.learn(now.at(), flow, workers, busy, waited);
    var steady = before.fleet().ready() == now.fleet().ready() ? now.fleet().ready() : 0;
    effectiveness.watch(now.at(), flow, steady, waited);
  }

  /** Whether all handlers are busy because work waits. */
  private static boolean isSaturated(Measurement look) {
    return look.backlog().entries() > 0
        && look.fleet().ready() > 0
        && look.inHand() > 0
        && look.inHand() >= 0.9 * look.fleet().slots();
  }

  private static double busy(Measurement look) {
    var slots = look.fleet().slots();
    return slots == 0 ? 0 : Math.min(1, (double) look.inHand() / slots);
  }

  private Advice decide(Measurement now) {
    if (now.paused() && advised >= 0) {
      return need(advised, "the group is paused: held");
    }
    var floor = now.hasWork() ? 1 : 0;
    var come = arrivals.rate().orElse(0);
    var perWorker = workerRate.perSecond();
    if (perWorker.isEmpty()) {
      return unlearnt(now, floor);
    }
    var required = Requirement.of(policy, come, perWorker.getAsDouble(), now.backlog().entries());
    remember(now.at(), required);
    var present = advised >= 0 ? advised : now.fleet().requested();
    var wanted = Math.max(floor, patient(required, present, now));
    var words = words(required, now);
    var late = late(now, present);
    if (late > wanted) {
      wanted = late;
      words = "entries wait for too long, whatever the rates say: " + words;
    }
    return bounded(now, wanted, present, words);
  }

  private void remember(Duration at, Requirement required) {
    past.addLast(new Past(at, required.workers()));
    while (past.getFirst().at().compareTo(at.minus(LONGEST_PATIENCE)) < 0) {
      past.removeFirst();
    }
  }

  /**
   * Up to the least that was required lately, or at once where entries wait; down to the most that
   * was required lately.
   */
  private int patient(Requirement required, int present, Measurement now) {
    var handling = handling(now);
    var hurry =
        present == 0
            || now.oldest()
                .filter(age -> age.compareTo(policy.objective().dividedBy(HURRY)) > 0)
                .isPresent();
    var least =
        hurry
            ? required.workers()
            : lately(now.at(), longer(PATIENCE_UP, handling, 2)).min().orElse(required.workers());
    if (least > present * (1 + UP)) {
      roseAt = Optional.of(now.at());
      return (int) Math.ceil(least);
    }
    var most =
        lately(now.at(), longer(PATIENCE_DOWN, handling, 4)).max().orElse(required.workers());
    if (now.at().minus(knownSince).compareTo(PATIENCE_DOWN) < 0) {
      return present; // what was required a minute ago is not known
    }
    return isWithin(longer(RETURN, handling, 8), roseAt, now.at()) && most > present * (1 - CHANCE)
        ? present
        : Math.min(present, (int) Math.ceil(most));
  }

  /** Whether that was so short a time ago; what never was is long ago, wherever the clock began. */
  private static boolean isWithin(Duration time, Optional<Duration> when, Duration now) {
    return when.filter(then -> now.minus(then).compareTo(time) < 0).isPresent();
  }

  /** Where entries take long, so do signs. */
  private static Duration longer(Duration patience, double handling, int times) {
    var long_ = Duration.ofMillis((long) (handling * times * 1000));
    return long_.compareTo(patience) > 0 ? long_ : patience;
  }

  /** Seconds that an entry takes, about; 0 where that is not known. */
  private double handling(Measurement now) {
    var fleet = now.fleet();
    return fleet.ready() == 0
        ? 0
        : fleet.slots() / (fleet.ready() * workerRate.perSecond().orElse(Double.MAX_VALUE));
  }

  private DoubleStream lately(Duration at, Duration time) {
    return past.stream()
        .filter(each -> each.at().compareTo(at.minus(time)) >= 0)
        .mapToDouble(Past::workers);
  }

  /** Nobody has been seen at work: one is there to learn from. */
  private Advice unlearnt(Measurement now, int floor) {
    var ready = now.fleet().ready();
    if (advised < 0 && ready > 0) {
      advised = Math.max(ready, now.fleet().requested());
    }
    var late = late(now, Math.max(advised, 0));
    var wanted = Math.max(Math.max(floor, late), now.hasWork() ? Math.max(advised, 0) : 0);
    return need(wanted, "no worker has been seen at work yet: learning how much one settles");
  }

  /**
   * The net beneath the rates: more, by as much as entries are late; once all asked for are there.
   */
  private int late(Measurement now, int present) {
    var soon = policy.objective().dividedBy(2);
    var age = now.oldest().orElse(Duration.ZERO);
    if (age.compareTo(soon) <= 0
        || now.fleet().ready() < present
        || isWithin(policy.objective().dividedBy(4), watchedAge, now.at())) {
      return age.compareTo(soon) > 0 ? present : 0;
    }
    watchedAge = Optional.of(now.at());
    var factor = Math.min(MOST_AT_ONCE, (double) age.toMillis() / soon.toMillis());
    return (int) Math.ceil(present * factor);
  }

  private Advice bounded(Measurement now, int wanted, int present, String words) {
    var hold = effectiveness.hold();
    if (hold.isPresent() && wanted > hold.get().workers()) {
      return need(Math.min(wanted, Math.max(present, hold.get().workers())), hold.get().reason());
    }
    if (!now.backlog().exact() && wanted < present) {
      return need(present, "it is not known how much waits, so nobody leaves: " + words);
    }
    return need(wanted, words);
  }

  private Need need(int wanted, String words) {
    var workers = Math.clamp(wanted, policy.min(), policy.max());
    return new Need(
        workers,
        workers == wanted
            ? words
            : "%s; %d would be needed, %s is %d"
                .formatted(words, wanted, wanted > workers ? "the most" : "the fewest", workers));
  }

  private static String words(Requirement required, Measurement now) {
    return String.format(
            Locale.ROOT,
            "%.1f/s come, a busy worker settles %.1f/s",
            required.arrivals(),
            required.perWorker())
        + (required.backlog() > 0
            ? String.format(Locale.ROOT, ", %,d wait", now.backlog().entries())
                + now.oldest()
                    .map(age -> ", the oldest for %d s".formatted(age.toSeconds()))
                    .orElse("")
            : ", nothing waits");
  }
}
