// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.autoscale;

import io.millhand.autoscale.Measurement.Backlog;
import io.millhand.autoscale.Scaler;
import io.millhand.autoscale.ScalingPolicy;
import io.millhand.inspect.Flow;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One group, look after look: measures it, and has it decided. Not thread-safe. */
final class GroupWatch {

  /** Over so long a time it is told when a backlog will be gone. */
  private static final Duration STEADY = Duration.ofSeconds(30);

  private final Scaler scaler;
  private final Deque<Look> looks = new ArrayDeque<>(); // the newest last

  private record Look(GroupSnapshot group, Duration at) {}

  /** Has seen nothing yet. */
  GroupWatch(ScalingPolicy policy) {
    this.scaler = new Scaler(policy);
  }

  /**
   * What is to be told after that look.
   *
   * @param at when, on a clock that never jumps
   * @param time when, by the server's clock
   * @param requested workers that were asked for, where somebody knows
   */
  Signal look(GroupSnapshot group, Duration at, Instant time, Optional<Integer> requested) {
    var flow = since(looks.peekLast(), group, at);
    var measured = Measurements.of(group, at, flow, requested);
    var advice = scaler.advise(measured);
    while (looks.size() > 1 && at.minus(second().at()).compareTo(STEADY) >= 0) {
      looks.removeFirst();
    }
    var drain = since(looks.peekFirst(), group, at).flatMap(steady -> steady.drainTime(group));
    looks.addLast(new Look(group, at));
    return new Signal(
        group.stream(),
        group.name(),
        time,
        advice,
        measured.fleet().ready(),
        group.hasWork(),
        group.lag().isExact() ? OptionalLong.of(group.lag().entries()) : OptionalLong.empty(),
        group.pending(),
        measured.backlog().exact()
            ? OptionalLong.of(measured.backlog().entries())
            : OptionalLong.empty(),
        oldest(group, measured.backlog()),
        drain.map(all -> OptionalDouble.of(seconds(all))).orElse(OptionalDouble.empty()),
        utilisation(group));
  }

  /** How much one busy worker settles in a second, as far as it was learnt. */
  OptionalDouble workerRate() {
    return scaler.workerRate();
  }

  private Look second() {
    var all = looks.iterator();
    all.next();
    return all.next();
  }

  private static Optional<Flow> since(@Nullable Look before, GroupSnapshot now, Duration at) {
    return Optional.ofNullable(before)
        .filter(look -> at.compareTo(look.at()) > 0)
        .map(look -> Flow.between(look.group(), now, at.minus(look.at())));
  }

  /**
   * Where nothing waits, nothing is old. What the dead left, or what is due, is of an age that is
   * not known.
   */
  private static OptionalDouble oldest(GroupSnapshot group, Backlog backlog) {
    if (backlog.exact() && backlog.entries() == 0) {
      return OptionalDouble.of(0);
    }
    return group
        .oldestUndelivered()
        .filter(age -> group.lag().entries() > 0)
        .map(age -> OptionalDouble.of(seconds(age)))
        .orElse(OptionalDouble.empty());
  }

  private static OptionalDouble utilisation(GroupSnapshot group) {
    var slots = Measurements.slots(group);
    return slots == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.min(1, (double) Measurements.inHand(group) / slots));
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }
}
