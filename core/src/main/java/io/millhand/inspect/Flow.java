// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.inspect.Snapshots.GroupSnapshot;
import java.time.Duration;
import java.util.Optional;

/**
 * What went through a group between two looks. What Redis cannot tell is empty, never 0.
 *
 * @param window the time between the looks
 * @param added entries that were added to the stream
 * @param delivered entries that the group was given for the first time
 * @param settled entries that left it: acked, or dead-lettered
 * @param dead entries of these that went to the dead letters; those that were put back or deleted
 *     meanwhile are not seen
 * @param moved whether anything moved at all: also where the counts are not known
 */
public record Flow(
    Duration window,
    Optional<Long> added,
    Optional<Long> delivered,
    Optional<Long> settled,
    long dead,
    boolean moved) {

  /**
   * Between two looks at the same group.
   *
   * @param window the time between them, by a clock that does not jump; more than 0
   */
  public static Flow between(GroupSnapshot before, GroupSnapshot after, Duration window) {
    var added = difference(before.progress().added(), after.progress().added());
    var delivered = delivered(before, after, added);
    var unfinished = after.pending() + after.deferred() - before.pending() - before.deferred();
    return new Flow(
        window,
        added,
        delivered,
        delivered.map(count -> Math.max(0, count - unfinished)),
        Math.max(0, after.dead() - before.dead()),
        !before.lastDelivered().equals(after.lastDelivered())
            || unfinished != 0
            || !before
                .oldestPending()
                .map(pin -> pin.id())
                .equals(after.oldestPending().map(pin -> pin.id())));
  }

  private static Optional<Long> delivered(
      GroupSnapshot before, GroupSnapshot after, Optional<Long> added) {
    var read = difference(before.progress().read(), after.progress().read());
    if (read.isPresent()) {
      return read;
    }
    if (before.lastDelivered().equals(after.lastDelivered())) {
      return Optional.of(0L);
    }
    return before.lag().isExact() && after.lag().isExact()
        ? added
            .map(count -> count - (after.lag().entries() - before.lag().entries()))
            .filter(count -> count >= 0)
        : Optional.empty();
  }

  private static Optional<Long> difference(Optional<Long> before, Optional<Long> after) {
    return before.isPresent() && after.isPresent()
        ? Optional.of(after.get() - before.get()).filter(count -> count >= 0)
        : Optional.empty();
  }

  /** Entries added in a second. */
  public Optional<Double> addedPerSecond() {
    return added.map(this::perSecond);
  }

  /** Entries settled in a second. */
  public Optional<Double> settledPerSecond() {
    return settled.map(this::perSecond);
  }

  private double perSecond(long count) {
    return count * 1e9 / window.toNanos();
  }

  /**
   * How long until nothing waits, if it goes on like this. Empty where that is not known, and where
   * it never will.
   */
  public Optional<Duration> drainTime(GroupSnapshot now) {
    if (added.isEmpty() || settled.isEmpty() || !now.lag().isExact()) {
      return Optional.empty();
    }
    var backlog = now.lag().entries() + now.pending();
    if (backlog == 0) {
      return Optional.of(Duration.ZERO);
    }
    var gain = perSecond(settled.get() - added.get());
    return gain <= 0
        ? Optional.empty()
        : Optional.of(Duration.ofMillis((long) Math.min(1e15, backlog / gain * 1000)));
  }
}
