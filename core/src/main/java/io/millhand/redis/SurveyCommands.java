// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.delivery.EntryId;
import io.millhand.delivery.GroupPause;
import io.millhand.redis.InspectCommands.PendingRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What an inspector asks about many streams and groups at once: each question is put for all of
 * them in one write, or in a few where they are many. Nothing here takes longer the more entries
 * there are.
 */
public final class SurveyCommands {

  /** So many in one write that neither side has to buffer much. */
  private static final int PIPELINE = 700;

  private static final int CLIENTS = 200;
  private static final int MEMORY_SAMPLES = 5;

  /** How many of the lowest pending entries are looked at. */
  private static final int LOWEST = 20;

  private static final long SOON_MILLIS = 10_000;

  /** Beyond that XINFO CONSUMERS would keep Redis busy for milliseconds. */
  private static final int MANY_CONSUMERS = 1000;

  private final Wire wire;

  SurveyCommands(Wire wire) {
    this.wire = wire;
  }

  /**
   * What Redis tells of a stream and its groups, as maps; a value that it does not know is missing.
   *
   * @param stream XINFO STREAM, with the ids of its two entries
   * @param groups XINFO GROUPS
   * @param bytes MEMORY USAGE by a sample; empty where we may not ask
   * @param entryBytes how large the larger of those two entries is
   */
  public record StreamFacts(
      Map<String, String> stream,
      List<Map<String, String>> groups,
      Optional<Long> bytes,
      long entryBytes) {}

  /** Those of several streams, in their order; empty for a key that is gone, or no stream. */
  public List<Optional<StreamFacts>> streams(List<String> keys) {
    var calls = new ArrayList<Call>();
    for (var key : keys) {
      calls.add(Call.of(Verb.XINFO, "STREAM", key));
      calls.add(Call.of(Verb.XINFO, "GROUPS", key));
      calls.add(Call.of(Verb.MEMORY, "USAGE", key, "SAMPLES", MEMORY_SAMPLES));
    }
    var replies = ask(calls);
    return IntStream.range(0, keys.size())
        .mapToObj(i -> streamFacts(replies.subList(i * 3, i * 3 + 3)))
        .toList();
  }

  private Optional<StreamFacts> streamFacts(List<@Nullable Object> replies) {
    var stream = replies.get(0);
    var groups = replies.get(1);
    if (!isThere(stream, "XINFO STREAM") || !isThere(groups, "XINFO GROUPS")) {
      return Optional.empty();
    }
    var bytes =
        replies.get(2) instanceof Long number ? Optional.of(number) : Optional.<Long>empty();
    return Optional.of(
        new StreamFacts(
            Reply.map(stream),
            Reply.list(groups).stream().map(Reply::map).toList(),
            bytes,
            entryBytes(stream)));
  }

  private static long entryBytes(@Nullable Object stream) {
    return Reply.list(stream).stream()
        .filter(value -> value instanceof List<?> entry && entry.size() == 2)
        .map(entry -> Reply.list(Reply.list(entry).get(1)))
        .mapToLong(fields -> fields.stream().mapToLong(field -> Reply.bytes(field).length).sum())
        .max()
        .orElse(0);
  }

  /**
   * A group to ask about.
   *
   * @param keys its keys
   * @param delivered its last delivered id
   * @param consumers how many consumers it has
   */
  public record Target(Keys keys, EntryId delivered, long consumers) {

    private Call consumersCall() {
      return consumers > MANY_CONSUMERS
          ? Call.of(Verb.XPENDING, keys.stream(), keys.group())
          : Call.of(Verb.XINFO, "CONSUMERS", keys.stream(), keys.group());
    }
  }

  /**
   * A consumer.
   *
   * @param pending entries pending there
   * @param idle time since it last asked; empty where there are too many to ask
   */
  public record ConsumerFacts(long pending, Optional<Duration> idle) {}

  /**
   * What stands in Redis about a group.
   *
   * @param consumers its consumers by name, the reserved one too; of thousands only those on which
   *     something is pending
   * @param lowest the lowest pending entries
   * @param dueNow deferred entries that are due
   * @param dueSoon deferred entries that are due, or will be within ten seconds
   * @param dead dead letters
   * @param workers registrations by consumer
   * @param keeper the consumer that keeps it
   * @param paused the group's pause
   * @param losses what this group's keepers took with hard caps, by group of the stream
   * @param undelivered the first entry that it has not been given
   */
  public record GroupFacts(
      Map<String, ConsumerFacts> consumers,
      List<PendingRow> lowest,
      long dueNow,
      long dueSoon,
      long dead,
      Map<String, Registration> workers,
      Optional<String> keeper,
      Optional<GroupPause> paused,
      Map<String, Losses> losses,
      Optional<EntryId> undelivered) {}

  /** Those of several groups, in their order; empty for a group that is gone. */
  public List<Optional<GroupFacts>> groups(List<Target> targets, long nowMillis) {
    var calls = new ArrayList<Call>();
    for (var target : targets) {
      var keys = target.keys();
      calls.add(target.consumersCall());
      calls.add(Call.of(Verb.XPENDING, keys.stream(), keys.group(), "-", "+", LOWEST));
      calls.add(Call.of(Verb.ZCOUNT, keys.deferred(), "-inf", nowMillis));
      calls.add(Call.of(Verb.ZCOUNT, keys.deferred(), "-inf", nowMillis + SOON_MILLIS));
      calls.add(Call.of(Verb.XLEN, keys.dead()));
      calls.add(Call.of(Verb.HGETALL, keys.info()));
      calls.add(Call.of(Verb.GET, keys.keeper()));
      calls.add(Call.of(Verb.XRANGE, keys.stream(), target.delivered().next(), "+", "COUNT", 1));
    }
    var replies = ask(calls);
    return IntStream.range(0, targets.size())
        .mapToObj(i -> groupFacts(targets.get(i), replies.subList(i * 8, i * 8 + 8)))
        .toList();
  }

  private Optional<GroupFacts> groupFacts(Target target, List<@Nullable Object> replies) {
    if (!isThere(replies.get(0), "XINFO CONSUMERS") || !isThere(replies.get(1), "XPENDING")) {
      return Optional.empty();
    }
    var info = Reply.map(wire.unwrap(replies.get(5), "HGETALL"));
    return Optional.of(
        new GroupFacts(
            target.consumers() > MANY_CONSUMERS
                ? busyConsumers(replies.get(0))
                : consumers(replies.get(0)),
            InspectCommands.pendingRows(replies.get(1)),
            Reply.number(wire.unwrap(replies.get(2), "ZCOUNT")),
            Reply.number(wire.unwrap(replies.get(3), "ZCOUNT")),
            Reply.number(wire.unwrap(replies.get(4), "XLEN")),
            InspectCommands.registrations(info),
            InspectCommands.keeper(wire.unwrap(replies.get(6), "GET")),
            PauseText.parse(info.get(PauseText.FIELD)),
            Losses.among(info),
            ids(wire.unwrap(replies.get(7), "XRANGE")).stream().findFirst()));
  }

  private static Map<String, ConsumerFacts> consumers(@Nullable Object reply) {
    var all = new HashMap<String, ConsumerFacts>();
    for (var row : Reply.list(reply)) {
      var info = Reply.map(row);
      all.put(
          info.getOrDefault("name", ""),
          new ConsumerFacts(
              Long.parseLong(info.getOrDefault("pending", "0")),
              Optional.ofNullable(info.get("idle")).map(Long::parseLong).map(Duration::ofMillis)));
    }
    return all;
  }

  /** The fourth part of XPENDING's summary: pairs of a consumer and its count. */
  private static Map<String, ConsumerFacts> busyConsumers(@Nullable Object reply) {
    var all = new HashMap<String, ConsumerFacts>();
    for (var row : Reply.list(Reply.list(reply).get(3))) {
      var pair = Reply.list(row);
      all.put(
          Reply.text(pair.get(0)), new ConsumerFacts(Reply.number(pair.get(1)), Optional.empty()));
    }
    return all;
  }

  /** What is known of the failures of those ids of several groups, by group. */
  public Map<Keys, Map<EntryId, Failure>> failures(Map<Keys, List<EntryId>> wanted) {
    var keys = wanted.entrySet().stream().filter(each -> !each.getValue().isEmpty()).toList();
    var replies =
        ask(
            keys.stream()
                .map(each -> InspectCommands.failuresCall(each.getKey(), each.getValue()))
                .toList());
    var known = new HashMap<Keys, Map<EntryId, Failure>>();
    for (int i = 0; i < keys.size(); i++) {
      known.put(
          keys.get(i).getKey(),
          InspectCommands.failures(keys.get(i).getValue(), wire.unwrap(replies.get(i), "HMGET")));
    }
    return known;
  }

  /** Which of those connections exist; empty where we may not know. */
  public Optional<Set<Long>> connected(List<Long> clientIds) {
    var ids = new HashSet<Long>();
    for (int from = 0; from < clientIds.size(); from += CLIENTS) {
      var page =
          Clients.among(wire, clientIds.subList(from, Math.min(clientIds.size(), from + CLIENTS)));
      if (page.isEmpty()) {
        return Optional.empty();
      }
      ids.addAll(page.get());
    }
    return Optional.of(ids);
  }

  /**
   * A part of a stream.
   *
   * @param key the stream
   * @param after begins after that id
   * @param count has so many entries at most
   */
  public record Part(String key, EntryId after, int count) {}

  /** The ids of the entries in each of those parts, in the same order. */
  public List<List<EntryId>> ids(List<Part> parts) {
    var calls =
        parts.stream()
            .map(
                part ->
                    Call.of(
                        Verb.XRANGE, part.key(), part.after().next(), "+", "COUNT", part.count()))
            .toList();
    return ask(calls).stream()
        .map(reply -> isThere(reply, "XRANGE") ? ids(reply) : List.<EntryId>of())
        .toList();
  }

  private static List<EntryId> ids(@Nullable Object entries) {
    return Reply.list(entries).stream().map(row -> Reply.id(Reply.list(row).get(0))).toList();
  }

  private List<@Nullable Object> ask(List<Call> calls) {
    var replies = new ArrayList<@Nullable Object>(calls.size());
    for (int from = 0; from < calls.size(); from += PIPELINE) {
      replies.addAll(wire.pipeline(calls.subList(from, Math.min(calls.size(), from + PIPELINE))));
    }
    return replies;
  }

  /**
   * Whether that is an answer; what was deleted meanwhile, or became another type, is none.
   *
   * @throws io.millhand.error.MillhandException when it was refused for another reason
   */
  private boolean isThere(@Nullable Object reply, String what) {
    if (reply instanceof ErrorReply error) {
      if (error.text().startsWith("ERR no such key")
          || error.code().equals("NOGROUP")
          || error.code().equals("WRONGTYPE")) {
        return false;
      }
      throw wire.error(error, what);
    }
    return true;
  }
}
