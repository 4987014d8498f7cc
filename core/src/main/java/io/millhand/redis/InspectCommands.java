// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.config.GroupStart;
import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.error.NoGroupException;
import io.millhand.redis.Wire.Call;
import io.millhand.redis.Wire.ErrorReply;
import io.millhand.redis.Wire.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an inspector asks, of any stream and group; and what an operator does to dead letters. */
public final class InspectCommands extends Commands {

  private static final int SCAN_PAGE = 500;
  private static final int PIPELINE = 700;
  private static final int CLIENTS = 200;
  private static final int MEMORY_SAMPLES = 5;

  /** How many of the lowest pending entries are looked at. */
  private static final int LOWEST = 20;

  /** Beyond that XINFO CONSUMERS would keep Redis busy for milliseconds. */
  private static final int MANY_CONSUMERS = 1000;

  InspectCommands(Wire wire) {
    super(wire);
  }

  /** The server's time in milliseconds. */
  public long serverMillis() {
    var reply = Reply.list(wire.call(Verb.TIME));
    return Reply.number(reply.get(0)) * 1000 + Reply.number(reply.get(1)) / 1000;
  }

  /** The lines of INFO; empty where it is forbidden. */
  public Map<String, String> info() {
    var lines = new HashMap<String, String>();
    if (wire.pipeline(List.of(Call.of(Verb.INFO))).get(0) instanceof byte[] text) {
      new String(text, UTF_8)
          .lines()
          .filter(line -> line.indexOf(':') > 0)
          .forEach(
              line ->
                  lines.put(
                      line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1)));
    }
    return lines;
  }

  /** Settings of the server; those that are forbidden, or that it does not have, are missing. */
  public Map<String, String> config(List<String> names) {
    var settings = new HashMap<String, String>();
    var calls = names.stream().map(name -> Call.of(Verb.CONFIG, "GET", name)).toList();
    for (var reply : wire.pipeline(calls)) {
      if (!(reply instanceof ErrorReply)) {
        settings.putAll(map(reply));
      }
    }
    return settings;
  }

  /**
   * A page of the keys that are streams; the next cursor is put in front of them, "0" at the end.
   */
  public List<String> scanStreams(String cursor) {
    var reply = Reply.list(wire.call(Verb.SCAN, cursor, "COUNT", SCAN_PAGE, "TYPE", "stream"));
    var page = new ArrayList<String>();
    page.add(Reply.text(reply.get(0)));
    Reply.list(reply.get(1)).forEach(key -> page.add(Reply.text(key)));
    return page;
  }

  /**
   * What Redis tells of a stream and its groups, as maps; a value that it does not know is missing.
   *
   * @param stream XINFO STREAM
   * @param groups XINFO GROUPS
   * @param bytes MEMORY USAGE by a sample; empty where we may not ask
   */
  public record StreamFacts(
      Map<String, String> stream, List<Map<String, String>> groups, Optional<Long> bytes) {}

  /** Those of several streams, in their order; empty for a key that is gone, or no stream. */
  public List<Optional<StreamFacts>> streams(List<String> keys) {
    var calls = new ArrayList<Call>();
    for (var key : keys) {
      calls.add(Call.of(Verb.XINFO, "STREAM", key));
      calls.add(Call.of(Verb.XINFO, "GROUPS", key));
      calls.add(Call.of(Verb.MEMORY, "USAGE", key, "SAMPLES", MEMORY_SAMPLES));
    }
    var replies = paged(calls);
    var facts = new ArrayList<Optional<StreamFacts>>();
    for (int i = 0; i < replies.size(); i += 3) {
      facts.add(streamFacts(replies.subList(i, i + 3)));
    }
    return facts;
  }

  private Optional<StreamFacts> streamFacts(List<@Nullable Object> replies) {
    if (replies.get(0) instanceof ErrorReply error && isNoStream(error)) {
      return Optional.empty();
    }
    if (replies.get(1) instanceof ErrorReply error && isNoStream(error)) {
      return Optional.empty();
    }
    var stream = map(wire.unwrap(replies.get(0), "XINFO STREAM"));
    var groups =
        Reply.list(wire.unwrap(replies.get(1), "XINFO GROUPS")).stream()
            .map(InspectCommands::map)
            .toList();
    var bytes =
        replies.get(2) instanceof Long number ? Optional.of(number) : Optional.<Long>empty();
    return Optional.of(new StreamFacts(stream, groups, bytes));
  }

  /**
   * A group to ask about.
   *
   * @param keys its keys
   * @param delivered its last delivered id
   * @param consumers how many consumers it has
   */
  public record Target(Keys keys, EntryId delivered, long consumers) {}

  /**
   * What stands in Redis about a group.
   *
   * @param pending entries pending by consumer, the reserved one too; those with none may be
   *     missing
   * @param idle time since each consumer last asked; empty where there are too many to ask
   * @param lowest the lowest pending entries
   * @param dueNow deferred entries that are due
   * @param dead dead letters
   * @param workers registrations by consumer
   * @param keeper the consumer that keeps it
   * @param undelivered the first entry that it has not been given
   */
  public record GroupFacts(
      Map<String, Long> pending,
      Map<String, Duration> idle,
      List<PendingRow> lowest,
      long dueNow,
      long dead,
      Map<String, Registration> workers,
      Optional<String> keeper,
      Optional<EntryId> undelivered) {}

  /** Those of several groups, in their order; empty for a group that is gone. */
  public List<Optional<GroupFacts>> groups(List<Target> targets, long nowMillis) {
    var calls = new ArrayList<Call>();
    for (var target : targets) {
      var keys = target.keys();
      calls.add(
          target.consumers() > MANY_CONSUMERS
              ? Call.of(Verb.XPENDING, keys.stream(), keys.group())
              : Call.of(Verb.XINFO, "CONSUMERS", keys.stream(), keys.group()));
      calls.add(Call.of(Verb.XPENDING, keys.stream(), keys.group(), "-", "+", LOWEST));
      calls.add(Call.of(Verb.ZCOUNT, keys.deferred(), "-inf", nowMillis));
      calls.add(Call.of(Verb.XLEN, keys.dead()));
      calls.add(Call.of(Verb.HGETALL, keys.info()));
      calls.add(Call.of(Verb.GET, keys.keeper()));
      calls.add(Call.of(Verb.XRANGE, keys.stream(), target.delivered().next(), "+", "COUNT", 1));
    }
    var replies = paged(calls);
    var facts = new ArrayList<Optional<GroupFacts>>();
    for (int i = 0; i < targets.size(); i++) {
      facts.add(groupFacts(targets.get(i), replies.subList(i * 7, i * 7 + 7)));
    }
    return facts;
  }

  private Optional<GroupFacts> groupFacts(Target target, List<@Nullable Object> replies) {
    if (replies.get(1) instanceof ErrorReply error && error.code().equals("NOGROUP")) {
      return Optional.empty();
    }
    var pending = new HashMap<String, Long>();
    var idle = new HashMap<String, Duration>();
    var consumers = Reply.list(wire.unwrap(replies.get(0), "XINFO CONSUMERS"));
    if (target.consumers() > MANY_CONSUMERS) {
      for (var row : Reply.list(consumers.get(3))) {
        var parts = Reply.list(row);
        pending.put(Reply.text(parts.get(0)), Long.parseLong(Reply.text(parts.get(1))));
      }
    } else {
      for (var row : consumers) {
        var map = map(row);
        var name = map.getOrDefault("name", "");
        pending.put(name, Long.parseLong(map.getOrDefault("pending", "0")));
        idle.put(name, Duration.ofMillis(Long.parseLong(map.getOrDefault("idle", "0"))));
      }
    }
    return Optional.of(
        new GroupFacts(
            pending,
            idle,
            pendingRows(wire.unwrap(replies.get(1), "XPENDING")),
            Reply.number(wire.unwrap(replies.get(2), "ZCOUNT")),
            Reply.number(wire.unwrap(replies.get(3), "XLEN")),
            registrations(wire.unwrap(replies.get(4), "HGETALL")),
            keeper(wire.unwrap(replies.get(5), "GET")),
            Reply.entries(wire.unwrap(replies.get(6), "XRANGE")).stream()
                .map(Entry::id)
                .findFirst()));
  }

  /** So many at a time that neither side has to buffer much. */
  private List<@Nullable Object> paged(List<Call> calls) {
    var replies = new ArrayList<@Nullable Object>(calls.size());
    for (int from = 0; from < calls.size(); from += PIPELINE) {
      replies.addAll(wire.pipeline(calls.subList(from, Math.min(calls.size(), from + PIPELINE))));
    }
    return replies;
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

  /** XINFO CONSUMERS as maps. */
  public List<Map<String, String>> consumers(String key, String group) {
    var reply = wire.pipeline(List.of(Call.of(Verb.XINFO, "CONSUMERS", key, group))).get(0);
    if (reply instanceof ErrorReply error) {
      if (isNoStream(error)) {
        throw new NoGroupException("there is no stream " + key, error.cause());
      }
      throw wire.error(error, "XINFO CONSUMERS");
    }
    return Reply.list(reply).stream().map(InspectCommands::map).toList();
  }

  private static boolean isNoStream(ErrorReply error) {
    return error.text().startsWith("ERR no such key");
  }

  private static Map<String, String> map(@Nullable Object reply) {
    var rows = Reply.list(reply);
    var map = new HashMap<String, String>();
    for (int i = 0; i + 1 < rows.size(); i += 2) {
      var value = rows.get(i + 1);
      var name = Reply.text(rows.get(i));
      if (value instanceof byte[] || value instanceof Long) {
        map.put(name, Reply.text(value));
      } else if (value instanceof List<?> entry && !entry.isEmpty() && name.endsWith("-entry")) {
        map.put(name, Reply.text(entry.get(0)));
      }
    }
    return map;
  }

  /** Entries after that id, in order. */
  public List<Entry> entriesAfter(String key, EntryId after, int count) {
    return Reply.entries(wire.call(Verb.XRANGE, key, after.next(), "+", "COUNT", count));
  }

  /** Entries of those ids and between them, in order. */
  public List<Entry> entriesBetween(String key, EntryId from, EntryId to, int count) {
    return Reply.entries(wire.call(Verb.XRANGE, key, from, to, "COUNT", count));
  }

  /** The entry of that id. */
  public Optional<Entry> entry(String key, EntryId id) {
    return Reply.entries(wire.call(Verb.XRANGE, key, id, id)).stream().findFirst();
  }

  /** The newest entries, newest first, before that id if given. */
  public List<Entry> newestEntries(String key, Optional<EntryId> before, int count) {
    var end = before.map(id -> id.previous().toString()).orElse("+");
    return Reply.entries(wire.call(Verb.XREVRANGE, key, end, "-", "COUNT", count));
  }

  /** A row of a pending list. */
  public record PendingRow(EntryId id, String consumer, Duration idle, long deliveries) {}

  /** A page of a group's pending list, from that id on, of one consumer if given. */
  public List<PendingRow> pending(
      String key, String group, EntryId from, int count, Optional<String> consumer) {
    var args = new ArrayList<Object>(List.of(key, group, from, "+", count));
    consumer.ifPresent(args::add);
    return pendingRows(wire.call(Verb.XPENDING, args.toArray()));
  }

  private static List<PendingRow> pendingRows(@Nullable Object reply) {
    var page = new ArrayList<PendingRow>();
    for (var row : Reply.list(reply)) {
      var parts = Reply.list(row);
      page.add(
          new PendingRow(
              Reply.id(parts.get(0)),
              Reply.text(parts.get(1)),
              Duration.ofMillis(Math.max(0, Reply.number(parts.get(2)))),
              Reply.number(parts.get(3))));
    }
    return page;
  }

  /** Due times, server milliseconds, of those ids; those without one are missing. */
  public Map<EntryId, Long> dueTimes(Keys keys, List<EntryId> ids) {
    var replies =
        wire.pipeline(ids.stream().map(id -> Call.of(Verb.ZSCORE, keys.deferred(), id)).toList());
    var due = new HashMap<EntryId, Long>();
    for (int i = 0; i < ids.size(); i++) {
      if (wire.unwrap(replies.get(i), "ZSCORE") instanceof byte[] score) {
        due.put(ids.get(i), (long) Double.parseDouble(new String(score, UTF_8)));
      }
    }
    return due;
  }

  /** What is known of the failures of those ids. */
  public Map<EntryId, Failure> failures(Keys keys, List<EntryId> ids) {
    var known = new HashMap<EntryId, Failure>();
    if (ids.isEmpty()) {
      return known;
    }
    var args = new ArrayList<Object>();
    args.add(keys.failures());
    args.addAll(ids);
    var values = Reply.list(wire.call(Verb.HMGET, args.toArray()));
    for (int i = 0; i < ids.size(); i++) {
      if (values.get(i) instanceof byte[] value) {
        known.put(ids.get(i), Failure.parse(value));
      }
    }
    return known;
  }

  /** Registered workers: consumer to registration. */
  public Map<String, Registration> workers(Keys keys) {
    return registrations(wire.call(Verb.HGETALL, keys.info()));
  }

  private static Map<String, Registration> registrations(@Nullable Object reply) {
    var rows = Reply.list(reply);
    var workers = new HashMap<String, Registration>();
    for (int i = 0; i < rows.size(); i += 2) {
      var name = Reply.text(rows.get(i));
      if (!name.startsWith("~")) {
        workers.put(name, Registration.parse(Reply.text(rows.get(i + 1))));
      }
    }
    return workers;
  }

  private static Optional<String> keeper(@Nullable Object reply) {
    return Reply.maybeText(reply).map(text -> text.substring(0, Math.max(0, text.indexOf('\n'))));
  }

  /** What putting a dead letter back met. */
  public enum PutBack {
    /** Its entry is due now. */
    DONE,
    /** The entry is gone from the stream; it can only be added anew. */
    TRIMMED,
    /** The group has not come to the entry yet, and will read it anyway. */
    UNREAD,
    /** There is no such dead letter. */
    NONE
  }

  /** Makes the entry behind a dead letter pending again, for its group alone. */
  public PutBack putBack(Keys keys, EntryId letter, EntryId entry) {
    var reply =
        wire.unwrap(
            wire.runAll(List.of(new Run(Script.PUTBACK, keys, keys.group(), "", "", letter, entry)))
                .get(0),
            Wire.describe(Script.PUTBACK));
    return PutBack.valueOf(Reply.text(reply));
  }

  /** Adds fields to a stream as a new entry. */
  public EntryId add(String key, Fields fields) {
    var args = new ArrayList<Object>(List.of(key, "*"));
    args.addAll(fields.pairs());
    return Reply.id(wire.call(Verb.XADD, args.toArray()));
  }

  /** Deletes entries of a stream; answers how many were there. */
  public long delete(String key, List<EntryId> ids) {
    var args = new ArrayList<Object>();
    args.add(key);
    args.addAll(ids);
    return Reply.number(wire.call(Verb.XDEL, args.toArray()));
  }

  /** Creates a group, and the stream where there is none; false when it exists. */
  public boolean createGroup(String key, String group, GroupStart start) {
    var reply =
        wire.pipeline(
                List.of(Call.of(Verb.XGROUP, "CREATE", key, group, start.argument(), "MKSTREAM")))
            .get(0);
    if (reply instanceof ErrorReply error) {
      if (error.code().equals("BUSYGROUP")) {
        return false;
      }
      throw wire.error(error, "XGROUP CREATE");
    }
    return true;
  }
}
