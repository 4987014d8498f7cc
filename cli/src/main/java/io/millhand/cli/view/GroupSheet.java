// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.Sheet;
import io.millhand.cli.Texts;
import io.millhand.delivery.EntryId;
import io.millhand.inspect.Flow;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import io.millhand.inspect.Snapshots.Pin;
import io.millhand.inspect.Snapshots.StreamSnapshot;
import io.millhand.inspect.Survey;
import io.millhand.inspect.Trend.Watched;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A stream, and a group, with all that is known of them. */
final class GroupSheet {

  private GroupSheet() {}

  static Sheet of(StreamSnapshot stream, List<Watched> groups, Instant now) {
    return new Sheet()
        .add("stream", stream.key())
        .add("entries", stream.length())
        .add("everAdded", stream.added())
        .add("oldest", stream.oldest().map(id -> at(id, now)))
        .add("newest", stream.newest().map(id -> at(id, now)))
        .add("memory", stream.bytes().map(Sheet.Bytes::new))
        .add("anEntry", stream.bytesPerEntry().map(Sheet.Bytes::new))
        .add(
            "addedPerSecond",
            groups.stream()
                .flatMap(group -> group.flow().stream())
                .findFirst()
                .flatMap(Flow::addedPerSecond))
        .add("heldBy", pin(groups));
  }

  private static String at(EntryId id, Instant now) {
    return id + Survey.age(id, now).map(age -> ", " + Texts.duration(age) + " ago").orElse("");
  }

  /** The group whose unfinished work lies lowest: no further can the stream be trimmed. */
  private static Optional<String> pin(List<Watched> groups) {
    return groups.stream()
        .map(Watched::group)
        .min(Comparator.comparing(GroupSheet::unfinished))
        .map(group -> "%s, from %s on%s".formatted(group.name(), unfinished(group), why(group)));
  }

  private static String why(GroupSnapshot group) {
    var added = group.oldestPending().flatMap(Pin::age).map(Texts::duration);
    return (group.oldestPending().isPresent() ? ": pending" : "")
        + added.map(age -> ", added " + age + " ago").orElse("");
  }

  private static EntryId unfinished(GroupSnapshot group) {
    return group.oldestPending().map(pin -> pin.id()).orElse(group.lastDelivered().next());
  }

  static Sheet of(Watched watched, Optional<EntryId> position) {
    var group = watched.group();
    return new Sheet()
        .add("group", group.name())
        .add("verdict", Texts.word(watched.verdict().kind()))
        .add("why", watched.verdict().reason())
        .add("lag", group.lag())
        .add("pending", group.pending())
        .add("deferred", group.deferred())
        .add("dueNow", group.dueNow())
        .add("dead", group.dead())
        .add("lastDelivered", group.lastDelivered())
        .add("safePosition", position)
        .add("oldestUndelivered", group.oldestUndelivered())
        .add("oldestPending", group.oldestPending().map(pin -> pin.id()))
        .add("oldestPendingAge", group.oldestPending().flatMap(Pin::age))
        .add("oldestInHand", group.crew().oldestInHand())
        .add("settledPerSecond", watched.flow().flatMap(Flow::settledPerSecond))
        .add("drainTime", watched.flow().flatMap(flow -> flow.drainTime(group)))
        .add("workersAlive", group.crew().alive())
        .add("workersGone", group.crew().gone())
        .add("consumers", group.consumers())
        .add("keeper", group.keeper())
        .add("suspects", group.crew().suspects());
  }
}
