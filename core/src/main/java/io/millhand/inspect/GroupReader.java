// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.EntryId;
import io.millhand.inspect.Snapshots.Crew;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import io.millhand.inspect.Snapshots.Pin;
import io.millhand.inspect.Snapshots.Progress;
import io.millhand.redis.InspectCommands;
import io.millhand.redis.InspectCommands.GroupFacts;
import io.millhand.redis.InspectCommands.PendingRow;
import io.millhand.redis.InspectCommands.StreamFacts;
import io.millhand.redis.InspectCommands.Target;
import io.millhand.redis.Keys;
import io.millhand.redis.Registration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads groups, many in a few round trips, and makes snapshots of what stands in Redis. */
final class GroupReader {

  /** How far to count where Redis does not know the lag. */
  private static final int COUNT_LIMIT = 10_000;

  private static final int COUNT_PAGE = 500;

  private final InspectCommands redis;
  private final long now;

  GroupReader(InspectCommands redis) {
    this.redis = redis;
    this.now = redis.serverMillis();
  }

  private record Found(String stream, Map<String, String> info, Optional<Long> added) {
    Keys keys() {
      return Keys.of(stream, info.getOrDefault("name", ""));
    }

    EntryId delivered() {
      return EntryId.parse(info.getOrDefault("last-delivered-id", "0-0"));
    }

    long number(String name) {
      return Long.parseLong(info.getOrDefault(name, "0"));
    }
  }

  /** All groups of those streams, by stream and name; a stream or group that is gone has none. */
  List<GroupSnapshot> groups(List<String> streams) {
    var found = new ArrayList<Found>();
    var facts = redis.streams(streams);
    for (int i = 0; i < streams.size(); i++) {
      var stream = streams.get(i);
      facts.get(i).ifPresent(each -> found.addAll(found(stream, each)));
    }
    var read =
        redis.groups(
            found.stream()
                .map(each -> new Target(each.keys(), each.delivered(), each.number("consumers")))
                .toList(),
            now);
    var connected = connected(read);
    var groups = new ArrayList<GroupSnapshot>();
    for (int i = 0; i < found.size(); i++) {
      var each = found.get(i);
      read.get(i).ifPresent(group -> groups.add(snapshot(each, group, connected)));
    }
    groups.sort(Comparator.comparing(GroupSnapshot::stream).thenComparing(GroupSnapshot::name));
    return List.copyOf(groups);
  }

  private static List<Found> found(String stream, StreamFacts facts) {
    var added = Optional.ofNullable(facts.stream().get("entries-added")).map(Long::parseLong);
    return facts.groups().stream().map(info -> new Found(stream, info, added)).toList();
  }

  /** Which of the workers' connections exist; empty where we may not know. */
  private Optional<Set<Long>> connected(List<Optional<GroupFacts>> groups) {
    var ids =
        groups.stream()
            .flatMap(Optional::stream)
            .flatMap(group -> group.workers().values().stream())
            .filter(this::isOfThisRun)
            .flatMap(worker -> worker.clientId().stream())
            .distinct()
            .toList();
    return ids.isEmpty() ? Optional.of(new HashSet<>()) : redis.connected(ids);
  }

  private boolean isOfThisRun(Registration worker) {
    return worker.runId().isPresent() && worker.runId().equals(redis.server().runId());
  }

  private GroupSnapshot snapshot(Found found, GroupFacts facts, Optional<Set<Long>> connected) {
    var name = found.keys().group();
    var reserved = facts.pending().getOrDefault(Keys.DEFERRED_CONSUMER, 0L);
    return new GroupSnapshot(
        found.stream(),
        name,
        facts.undelivered().isEmpty() ? new Lag.Exactly(0) : lag(found),
        found.number("pending") - reserved,
        reserved,
        facts.dead(),
        found.delivered(),
        facts.undelivered().map(this::age),
        facts.lowest().stream().findFirst().map(row -> new Pin(row.id(), age(row.id()))),
        facts.workers().size(),
        (int) found.number("consumers")
            - (facts.pending().containsKey(Keys.DEFERRED_CONSUMER) ? 1 : 0),
        facts.keeper(),
        facts.dueNow(),
        new Progress(
            found.added(),
            Optional.ofNullable(found.info().get("entries-read")).map(Long::parseLong)),
        crew(found.keys(), facts, connected));
  }

  private Crew crew(Keys keys, GroupFacts facts, Optional<Set<Long>> connected) {
    var alive = 0;
    var gone = 0;
    for (var worker : facts.workers().values()) {
      if (connected.isPresent() && isOfThisRun(worker) && worker.clientId().isPresent()) {
        if (connected.get().contains(worker.clientId().get())) {
          alive++;
        } else {
          gone++;
        }
      }
    }
    return new Crew(
        alive,
        gone,
        facts.workers().size() - alive - gone,
        facts.idle().entrySet().stream()
            .filter(idle -> !facts.workers().containsKey(idle.getKey()))
            .filter(idle -> !idle.getKey().equals(Keys.DEFERRED_CONSUMER))
            .map(Map.Entry::getValue)
            .min(Comparator.naturalOrder()),
        oldestInHand(facts.lowest()),
        suspects(keys, facts));
  }

  private static Optional<Duration> oldestInHand(List<PendingRow> lowest) {
    return lowest.stream()
        .filter(row -> !row.consumer().equals(Keys.DEFERRED_CONSUMER))
        .map(PendingRow::idle)
        .max(Comparator.naturalOrder());
  }

  /** Those that run now, and of the lowest pending those that crashed before. */
  private List<EntryId> suspects(Keys keys, GroupFacts facts) {
    var running = facts.workers().values().stream().flatMap(worker -> worker.suspect().stream());
    var many = facts.lowest().stream().filter(row -> row.deliveries() > 1).map(PendingRow::id);
    var crashed =
        redis.failures(keys, many.toList()).entrySet().stream()
            .filter(failure -> failure.getValue().crashes() >= 2)
            .map(Map.Entry::getKey);
    return Stream.concat(running, crashed).distinct().sorted().toList();
  }

  /**
   * Redis' own figure is used only where it is one that it knows; else the entries are counted, so
   * far and no farther.
   */
  private Lag lag(Found found) {
    var known = found.info().get("lag");
    if (known != null && Long.parseLong(known) >= 1) {
      return new Lag.Exactly(Long.parseLong(known));
    }
    long counted = 0;
    var after = found.delivered();
    while (counted <= COUNT_LIMIT) {
      var page = redis.entriesAfter(found.stream(), after, COUNT_PAGE);
      counted += page.size();
      if (page.size() < COUNT_PAGE) {
        return new Lag.Exactly(counted);
      }
      after = page.get(page.size() - 1).id();
    }
    return new Lag.AtLeast(COUNT_LIMIT);
  }

  private Duration age(EntryId id) {
    return Duration.ofMillis(Math.max(0, now - id.millis()));
  }
}
