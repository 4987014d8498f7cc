// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.autoscale;

import io.millhand.autoscale.Measurement;
import io.millhand.autoscale.Measurement.Backlog;
import io.millhand.autoscale.Measurement.Fleet;
import io.millhand.inspect.Flow;
import io.millhand.inspect.Snapshots.ConsumerSnapshot.Kind;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import java.time.Duration;
import java.util.Optional;

/** Reads measurements off looks at a group. Pure. */
final class Measurements {

  /** A client of another kind that has asked for nothing for so long does not count as there. */
  private static final Duration SILENT = Duration.ofMinutes(1);

  private Measurements() {}

  /**
   * What a look tells.
   *
   * @param at when, on a clock that never jumps
   * @param flow what went through since the look before
   * @param requested workers that were asked for, where somebody knows
   */
  static Measurement of(
      GroupSnapshot group, Duration at, Optional<Flow> flow, Optional<Integer> requested) {
    var ready = ready(group);
    return new Measurement(
        at,
        flow.flatMap(Measurements::known),
        backlog(group),
        inHand(group),
        Math.max(0, group.deferred() - group.due().soon()),
        group.oldestUndelivered().filter(age -> group.lag().entries() > 0),
        new Fleet(ready, requested.orElse(ready), slots(group)),
        group.paused().isPresent());
  }

  private static Optional<Measurement.Flow> known(Flow flow) {
    return flow.added().isPresent() && flow.settled().isPresent()
        ? Optional.of(new Measurement.Flow(flow.window(), flow.added().get(), flow.settled().get()))
        : Optional.empty();
  }

  static Backlog backlog(GroupSnapshot group) {
    return new Backlog(
        group.lag().entries() + group.due().soon() + group.hands().stranded(),
        group.lag().isExact());
  }

  static long inHand(GroupSnapshot group) {
    return Math.max(0, group.pending() - group.hands().stranded());
  }

  static int ready(GroupSnapshot group) {
    return group.crew().alive() + group.crew().unseen() + others(group);
  }

  /** A client of another kind is taken to handle one entry at a time, as most of them do. */
  static int slots(GroupSnapshot group) {
    return group.hands().slots() + others(group);
  }

  private static int others(GroupSnapshot group) {
    return (int)
        group.members().stream()
            .filter(member -> member.kind() == Kind.FOREIGN)
            .filter(member -> member.idle().filter(idle -> idle.compareTo(SILENT) <= 0).isPresent())
            .count();
  }
}
