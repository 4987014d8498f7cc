// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.EntryId;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import io.millhand.inspect.Snapshots.Inner;
import io.millhand.inspect.Snapshots.StreamSnapshot;
import io.millhand.redis.Failure;
import io.millhand.redis.InspectCommands;
import io.millhand.redis.InspectCommands.PendingRow;
import io.millhand.redis.Keys;
import io.millhand.redis.Losses;
import io.millhand.redis.Registration;
import io.millhand.redis.SurveyCommands;
import io.millhand.redis.SurveyCommands.GroupFacts;
import io.millhand.redis.SurveyCommands.StreamFacts;
import io.millhand.redis.SurveyCommands.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/** Looks at streams and groups, many in a few round trips. One look each. */
final class Surveyor {

  private final InspectCommands redis;
  private final SurveyCommands many;
  private final long now;

  Surveyor(InspectCommands redis) {
    this.redis = redis;
    this.many = redis.survey();
    this.now = redis.serverMillis();
  }

  /**
   * Those of the streams that exist, and those of their groups that are wanted; what is gone
   * meanwhile is left out.
   *
   * @param wanted whether to look at that group of that stream
   */
  Survey survey(List<String> keys, BiPredicate<String, String> wanted) {
    var streams = streams(keys);
    return new Survey(
        at(),
        streams.entrySet().stream().map(each -> stream(each.getKey(), each.getValue())).toList(),
        groups(found(streams, wanted)));
  }

  private Instant at() {
    return Instant.ofEpochMilli(now);
  }

  private Map<String, StreamFacts> streams(List<String> keys) {
    var facts = many.streams(keys);
    var streams = new LinkedHashMap<String, StreamFacts>();
    for (int i = 0; i < keys.size(); i++) {
      var key = keys.get(i);
      facts.get(i).ifPresent(stream -> streams.put(key, stream));
    }
    return streams;
  }

  private static StreamSnapshot stream(String key, StreamFacts facts) {
    var info = facts.stream();
    return new StreamSnapshot(
        key,
        number(info, "length").orElse(0L),
        id(info, "last-generated-id").orElse(EntryId.ZERO),
        id(info, "first-entry"),
        id(info, "last-entry"),
        number(info, "entries-added"),
        facts.bytes(),
        number(info, "groups").orElse(0L).intValue(),
        new Inner(
            number(info, "radix-tree-keys").orElse(0L),
            number(info, "radix-tree-nodes").orElse(0L),
            id(info, "max-deleted-entry-id")));
  }

  private static List<FoundGroup> found(
      Map<String, StreamFacts> streams, BiPredicate<String, String> wanted) {
    var found = new ArrayList<FoundGroup>();
    streams.forEach(
        (key, stream) ->
            stream.groups().stream()
                .map(info -> new FoundGroup(key, stream, info))
                .filter(group -> wanted.test(key, group.name()))
                .forEach(found::add));
    found.sort(Comparator.comparing(FoundGroup::stream).thenComparing(FoundGroup::name));
    return found;
  }

  private List<GroupSnapshot> groups(List<FoundGroup> found) {
    var facts =
        many.groups(
            found.stream()
                .map(each -> new Target(each.keys(), each.delivered(), each.consumers()))
                .toList(),
            now);
    var known = new LinkedHashMap<FoundGroup, GroupFacts>();
    for (int i = 0; i < found.size(); i++) {
      var group = found.get(i);
      facts.get(i).ifPresent(each -> known.put(group, each));
    }
    var reader =
        new GroupReader(
            at(), runId(), connected(known), lags(known), crashes(known), losses(known));
    return known.entrySet().stream()
        .map(each -> reader.snapshot(each.getKey(), each.getValue()))
        .toList();
  }

  private Optional<String> runId() {
    return redis.server().runId();
  }

  /** Which of the workers' connections exist; empty where we may not know. */
  private Optional<Set<Long>> connected(Map<FoundGroup, GroupFacts> groups) {
    var ids =
        groups.values().stream()
            .flatMap(group -> group.workers().values().stream())
            .filter(worker -> worker.isOfRun(runId()))
            .map(Registration::clientId)
            .flatMap(Optional::stream)
            .distinct()
            .toList();
    return ids.isEmpty() ? Optional.of(new HashSet<>()) : many.connected(ids);
  }

  private Map<Keys, Lag> lags(Map<FoundGroup, GroupFacts> groups) {
    var unknown = new ArrayList<LagCounter.Unknown>();
    groups.forEach(
        (group, facts) -> {
          if (facts.undelivered().isPresent() && group.toldLag().isEmpty()) {
            unknown.add(
                new LagCounter.Unknown(group.keys(), group.delivered(), group.entryBytes()));
          }
        });
    return unknown.isEmpty() ? Map.of() : new LagCounter(many).count(unknown);
  }

  /** What is known of the failures of those of the lowest pending that were delivered again. */
  private Map<Keys, Map<EntryId, Failure>> crashes(Map<FoundGroup, GroupFacts> groups) {
    var again = new LinkedHashMap<Keys, List<EntryId>>();
    groups.forEach(
        (group, facts) ->
            again.put(
                group.keys(),
                facts.lowest().stream()
                    .filter(row -> row.deliveries() > 1)
                    .map(PendingRow::id)
                    .toList()));
    return many.failures(again);
  }

  /** Each group's keeper keeps what it took, from its own group and from others of the stream. */
  private static Map<Keys, Losses> losses(Map<FoundGroup, GroupFacts> groups) {
    var losses = new HashMap<Keys, Losses>();
    groups.forEach(
        (keeping, facts) ->
            facts
                .losses()
                .forEach(
                    (group, lost) ->
                        losses.merge(Keys.of(keeping.stream(), group), lost, Losses::plus)));
    return losses;
  }

  static Optional<Long> number(Map<String, String> info, String name) {
    return Optional.ofNullable(info.get(name)).map(Long::parseLong);
  }

  static Optional<EntryId> id(Map<String, String> info, String name) {
    return Optional.ofNullable(info.get(name)).map(EntryId::parse);
  }
}
