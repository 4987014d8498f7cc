// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.EntryId;
import io.millhand.redis.Keys;
import io.millhand.redis.RedisStreams;
import io.millhand.redis.SurveyCommands;
import io.millhand.redis.SurveyCommands.GroupFacts;
import io.millhand.redis.SurveyCommands.Part;
import io.millhand.redis.SurveyCommands.StreamFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * Looks at many streams and groups in few round trips, with what Redis itself tells of them: for
 * those who watch them all, every few seconds. Nothing here takes longer the more is pending.
 * Thread-safe: one survey at a time.
 *
 * <p>Every method throws {@link io.millhand.error.UnavailableException} when Redis cannot be used,
 * and {@link io.millhand.error.DeniedException} when a permission is missing.
 */
public final class StreamDetails implements AutoCloseable {

  /** How far to count where Redis does not know the lag: so many entries, so many bytes. */
  private static final int COUNT_LIMIT = 100;

  private static final long COUNT_BYTES = 256 * 1024;

  private final Turns<SurveyCommands> turns;

  /** The first survey connects. */
  public StreamDetails(RedisStreams streams) {
    this.turns = new Turns<>(streams::surveying);
  }

  /**
   * What was seen.
   *
   * @param at the server's time
   * @param streams those of the streams that there are, in the order in which they were named
   */
  public record Survey(Instant at, List<StreamDetail> streams) {}

  /**
   * A stream, with Redis' own figures; those that its version does not tell are empty.
   *
   * @param key its key
   * @param length entries in it
   * @param radixTreeKeys nodes that hold entries
   * @param radixTreeNodes nodes in all
   * @param lastGenerated the last id that was given out
   * @param maxDeleted the highest id that was ever deleted
   * @param entriesAdded entries that were ever added
   * @param first its first entry
   * @param last its last entry
   * @param groupCount how many groups it has
   * @param groups those of them that were wanted, by name
   */
  public record StreamDetail(
      String key,
      long length,
      long radixTreeKeys,
      long radixTreeNodes,
      EntryId lastGenerated,
      Optional<EntryId> maxDeleted,
      Optional<Long> entriesAdded,
      Optional<EntryId> first,
      Optional<EntryId> last,
      long groupCount,
      List<GroupDetail> groups) {}

  /**
   * A group.
   *
   * @param name its name
   * @param pending entries given out and not acked, deferred ones too, as Redis counts them
   * @param deferred how many of them wait for their due time
   * @param dead dead letters
   * @param lastDelivered the last id that it was given
   * @param entriesRead entries that it was ever given, where Redis knows
   * @param reportedLag the lag as Redis tells it, right or wrong; empty where it does not know
   * @param lag entries that it has not been given: Redis' figure where it can be trusted, else
   *     counted, a hundred at most
   * @param oldestUndelivered the first entry that it has not been given
   * @param oldestPending the lowest pending id
   * @param consumers its consumers by name, the reserved one too
   * @param workers how many workers are registered
   */
  public record GroupDetail(
      String name,
      long pending,
      long deferred,
      long dead,
      EntryId lastDelivered,
      Optional<Long> entriesRead,
      Optional<Long> reportedLag,
      Lag lag,
      Optional<EntryId> oldestUndelivered,
      Optional<EntryId> oldestPending,
      List<ConsumerDetail> consumers,
      int workers) {}

  /**
   * A consumer.
   *
   * @param name its name
   * @param kind what it is
   * @param pending entries pending there
   * @param idle time since it last asked Redis for something, or was given something
   */
  public record ConsumerDetail(String name, Kind kind, long pending, Duration idle) {
    /** What a consumer is. */
    public enum Kind {
      /** A registered worker of ours. */
      WORKER,
      /** Not registered: a client of another kind, or what a dead one left. */
      FOREIGN,
      /** The reserved one, which owns what waits for its due time. */
      DEFERRED
    }
  }

  /**
   * Looks at streams; names that are no stream are left out.
   *
   * @param keys which streams
   * @param wanted whether to look at that group of that stream
   */
  public Survey survey(List<String> keys, BiPredicate<String, String> wanted) {
    return ask(
        redis -> {
          var at = Instant.ofEpochMilli(redis.serverMillis());
          var found = redis.streams(keys);
          var groups = groups(redis, rows(found, wanted));
          var streams = new ArrayList<StreamDetail>();
          found.forEach(
              (key, facts) -> streams.add(stream(key, facts, groups.getOrDefault(key, List.of()))));
          return new Survey(at, List.copyOf(streams));
        });
  }

  /** Asks Redis for the smallest thing: whether it can be used now. */
  public void check() {
    ask(SurveyCommands::serverMillis);
  }

  private <R> R ask(Function<SurveyCommands, R> question) {
    return turns.take(question);
  }

  /** A group that is looked at, and what is known of its stream. */
  private record Row(Keys keys, StreamFacts stream, Map<String, String> info) {

    EntryId delivered() {
      return id("last-delivered-id").orElse(EntryId.ZERO);
    }

    Optional<EntryId> id(String name) {
      return Optional.ofNullable(info.get(name)).map(EntryId::parse);
    }

    Optional<Long> number(String name) {
      return StreamDetails.number(info, name);
    }

    long pending() {
      return number("pending").orElse(0L);
    }

    boolean isBehind() {
      return stream.last().filter(last -> last.compareTo(delivered()) > 0).isPresent();
    }

    /** What can be known of the lag without counting; a figure of 0 is not trusted. */
    Optional<Long> knownLag() {
      if (!isBehind()) {
        return Optional.of(0L);
      }
      if (stream.first().filter(first -> first.compareTo(delivered()) > 0).isPresent()) {
        return StreamDetails.number(stream.info(), "length");
      }
      return number("lag").filter(lag -> lag >= 1);
    }

    Part undelivered() {
      if (knownLag().isPresent()) {
        return new Part(keys.stream(), delivered(), 1);
      }
      var affordable = COUNT_BYTES / Math.max(1, stream.entryBytes());
      return new Part(keys.stream(), delivered(), Math.clamp(affordable, 1, COUNT_LIMIT));
    }

    Lag lag(List<EntryId> undelivered) {
      return knownLag()
          .<Lag>map(Lag.Exactly::new)
          .orElseGet(
              () ->
                  undelivered.size() < undelivered().count()
                      ? new Lag.Exactly(undelivered.size())
                      : new Lag.AtLeast(undelivered.size()));
    }
  }

  private static List<Row> rows(
      Map<String, StreamFacts> found, BiPredicate<String, String> wanted) {
    var rows = new ArrayList<Row>();
    found.forEach(
        (key, stream) ->
            stream.groups().stream()
                .filter(info -> wanted.test(key, info.getOrDefault("name", "")))
                .forEach(
                    info ->
                        rows.add(
                            new Row(Keys.of(key, info.getOrDefault("name", "")), stream, info))));
    rows.sort((one, other) -> one.keys().group().compareTo(other.keys().group()));
    return rows;
  }

  private static Map<String, List<GroupDetail>> groups(SurveyCommands redis, List<Row> rows) {
    var facts = redis.groups(rows.stream().map(Row::keys).toList());
    var pending = rows.stream().filter(row -> row.pending() > 0).toList();
    var lowest = paired(pending, redis.lowestPending(pending.stream().map(Row::keys).toList()));
    var behind = rows.stream().filter(Row::isBehind).toList();
    var undelivered = paired(behind, redis.ids(behind.stream().map(Row::undelivered).toList()));
    var groups = new LinkedHashMap<String, List<GroupDetail>>();
    for (int i = 0; i < rows.size(); i++) {
      var row = rows.get(i);
      var next = undelivered.getOrDefault(row.keys(), List.of());
      var low = lowest.getOrDefault(row.keys(), Optional.empty());
      facts
          .get(i)
          .ifPresent(
              known ->
                  groups
                      .computeIfAbsent(row.keys().stream(), key -> new ArrayList<>())
                      .add(group(row, known, low, next)));
    }
    return groups;
  }

  private static <T> Map<Keys, T> paired(List<Row> rows, List<T> answers) {
    var map = new LinkedHashMap<Keys, T>();
    for (int i = 0; i < rows.size(); i++) {
      map.put(rows.get(i).keys(), answers.get(i));
    }
    return map;
  }

  private static GroupDetail group(
      Row row, GroupFacts facts, Optional<EntryId> lowest, List<EntryId> undelivered) {
    var consumers =
        facts.consumers().stream()
            .map(info -> consumer(info, facts))
            .sorted((one, other) -> one.name().compareTo(other.name()))
            .toList();
    return new GroupDetail(
        row.keys().group(),
        row.pending(),
        consumers.stream()
            .filter(each -> each.kind() == ConsumerDetail.Kind.DEFERRED)
            .mapToLong(ConsumerDetail::pending)
            .sum(),
        facts.dead(),
        row.delivered(),
        row.number("entries-read"),
        row.number("lag"),
        row.lag(undelivered),
        undelivered.stream().findFirst(),
        lowest,
        consumers,
        facts.workers().size());
  }

  private static ConsumerDetail consumer(Map<String, String> info, GroupFacts facts) {
    var name = info.getOrDefault("name", "");
    var kind = ConsumerDetail.Kind.FOREIGN;
    if (name.equals(Keys.DEFERRED_CONSUMER)) {
      kind = ConsumerDetail.Kind.DEFERRED;
    } else if (facts.workers().contains(name)) {
      kind = ConsumerDetail.Kind.WORKER;
    }
    return new ConsumerDetail(
        name,
        kind,
        number(info, "pending").orElse(0L),
        Duration.ofMillis(number(info, "idle").orElse(0L)));
  }

  private static StreamDetail stream(String key, StreamFacts facts, List<GroupDetail> groups) {
    var info = facts.info();
    return new StreamDetail(
        key,
        number(info, "length").orElse(0L),
        number(info, "radix-tree-keys").orElse(0L),
        number(info, "radix-tree-nodes").orElse(0L),
        id(info, "last-generated-id").orElse(EntryId.ZERO),
        id(info, "max-deleted-entry-id"),
        number(info, "entries-added"),
        facts.first(),
        facts.last(),
        number(info, "groups").orElse(0L),
        List.copyOf(groups));
  }

  private static Optional<Long> number(Map<String, String> info, String name) {
    return Optional.ofNullable(info.get(name)).map(Long::parseLong);
  }

  private static Optional<EntryId> id(Map<String, String> info, String name) {
    return Optional.ofNullable(info.get(name)).map(EntryId::parse);
  }

  @Override
  public void close() {
    turns.close();
  }
}
