// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import io.millhand.autoscale.Advice.Need;
import io.millhand.autoscale.Advice.Unknown;
import io.millhand.autoscale.Measurement.Flow;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Decides how many workers one group needs, measurement after measurement: about one in five
 * seconds. It has no clock and no chance in it: the same measurements lead to the same advice. Not
 * thread-safe.
 *
 * <p>The need is what the load requires ({@link Requirement}), learnt from what comes ({@link
 * AdaptiveRate}) and from what one busy worker settles ({@link WorkerRate}); at least one while
 * there is any work, and within the policy's bounds. It moves when it was required for a minute, up
 * as well as down, and at once where entries have waited for a fifth of the objective ({@link
 * Patience}). It is held where more workers do not help ({@link Effectiveness}), where the group is
 * paused, and downward where it is not known how much waits. Where entries wait for longer than
 * half of the objective although all workers are there that were asked for, it grows by what is
 * missing, whatever the rates say.
 */
public final class Scaler {

  /** Entries that wait for a longer part of the objective cannot wait for patience. */
  private static final int HURRY = 5;

  /**
   * Who has had nothing to do for so long can leave, all of them: the first entry is seen at once.
   */
  private static final Duration IDLE = Duration.ofSeconds(60);

  private final ScalingPolicy policy;
  private final AdaptiveRate arrivals =
      new AdaptiveRate(Duration.ofSeconds(15), Duration.ofMinutes(4));
  private final WorkerRate workerRate;
  private final Effectiveness effectiveness = new Effectiveness();
  private final Patience patience = new Patience();
  private final Continuity continuity = new Continuity();
  private final Agreement agreement = new Agreement();
  private final AgeNet net;
  private Optional<Measurement> last = Optional.empty();
  private int advised = -1;

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
    this.net = new AgeNet(policy.objective());
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
    // a fleet that is not seen for a moment, as after a restart of Redis, is not deserted
    var isDeserted = advised <= 1 && now.fleet().ready() == 0 && now.fleet().requested() == 0;
    return isDeserted && now.hasWork() && !now.paused()
        ? need(1, "there is work and nobody to do it; " + reason)
        : new Unknown(reason);
  }

  private Advice decided(Optional<Measurement> before, Measurement now, Flow flow) {
    if (continuity.look(now, flow) == Continuity.Look.AFTER_A_GAP) {
      // Handlers were not as busy meanwhile as before and after, and entries are old by it.
      net.rest(now.at());
    } else {
      before.ifPresent(earlier -> learn(earlier, now, flow));
    }
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
    if (now.paused()) {
      return need(advised >= 0 ? advised : there(now), "the group is paused: held");
    }
    var floor = now.hasWork() ? 1 : 0;
    var isIdle = continuity.idle(now.at()).compareTo(IDLE) >= 0;
    var come = arrivals.rate().orElse(0);
    var perWorker = workerRate.perSecond();
    if (perWorker.isEmpty()) {
      return unlearnt(now, floor, isIdle);
    }
    var required = Requirement.of(policy, come, perWorker.getAsDouble(), now.backlog().entries());
    var present = present(now);
    var patient = patience.wanted(required.workers(), state(now, present));
    var wanted = Math.max(floor, patient);
    var words = required.words(policy, now) + moved(required, patient, wanted);
    if (isIdle) {
      wanted = 0;
      words = "nothing was to be done for a minute: " + words;
    }
    var late = net.wanted(now, present);
    if (late > wanted) {
      wanted = late;
      words = "entries wait for too long, whatever the rates say: " + words;
    }
    return bounded(now, wanted, present, words);
  }

  private int present(Measurement now) {
    var requested = now.fleet().requested();
    return advised < 0 ? requested : agreement.present(advised, requested, now.at());
  }

  private Patience.State state(Measurement now, int present) {
    var isUrgent =
        present == 0
            || now.oldest()
                .filter(age -> age.compareTo(policy.objective().dividedBy(HURRY)) > 0)
                .isPresent();
    return new Patience.State(
        now.at(), continuity.known(now.at()), present, isUrgent, handling(now));
  }

  /** Seconds that an entry takes, about; 0 where that is not known. */
  private double handling(Measurement now) {
    var fleet = now.fleet();
    return fleet.ready() == 0
        ? 0
        : fleet.slots() / (fleet.ready() * workerRate.perSecond().orElse(Double.MAX_VALUE));
  }

  /** Nobody has been seen at work: who is there stays to be learnt from, or one comes. */
  private Advice unlearnt(Measurement now, int floor, boolean isIdle) {
    var present = Math.max(advised, there(now));
    var late = net.wanted(now, present);
    var wanted = isIdle ? floor : Math.max(present, Math.max(floor, late));
    return bounded(
        now,
        wanted,
        present,
        isIdle
            ? "nothing was to be done for a minute"
            : "no worker has been seen at work yet: learning how much one settles");
  }

  private static int there(Measurement now) {
    return Math.max(now.fleet().ready(), now.fleet().requested());
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

  /** Why it is another number than what the load requires at this moment. */
  private static String moved(Requirement required, int patient, int wanted) {
    if (wanted > patient) {
      return "; one stays while anything is to be done";
    }
    return patient == required.whole() ? "" : "; it moves once that has been so for a minute";
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
}
