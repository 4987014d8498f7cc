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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an inspector asks, of any stream and group; and what an operator does to dead letters. */
public final class InspectCommands extends Commands {

  private static final int SCAN_PAGE = 500;

  InspectCommands(Wire wire) {
    super(wire);
  }

  /** The server's time in milliseconds. */
  public long serverMillis() {
    var reply = Reply.list(wire.call(Verb.TIME));
    return Reply.number(reply.get(0)) * 1000 + Reply.number(reply.get(1)) / 1000;
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

  /** XINFO STREAM as a map; empty when there is no such key. */
  public Optional<Map<String, String>> stream(String key) {
    var reply = wire.pipeline(List.of(Call.of(Verb.XINFO, "STREAM", key))).get(0);
    if (reply instanceof ErrorReply error) {
      if (isNoKey(error)) {
        return Optional.empty();
      }
      throw wire.error(error, "XINFO STREAM");
    }
    return Optional.of(map(reply));
  }

  /**
   * XINFO GROUPS as maps; a value that Redis does not know is missing. None when there is no such
   * key.
   */
  public List<Map<String, String>> groups(String key) {
    return maps(key, Call.of(Verb.XINFO, "GROUPS", key));
  }

  /** XINFO CONSUMERS as maps. */
  public List<Map<String, String>> consumers(String key, String group) {
    return maps(key, Call.of(Verb.XINFO, "CONSUMERS", key, group));
  }

  private List<Map<String, String>> maps(String key, Call call) {
    var reply = wire.pipeline(List.of(call)).get(0);
    if (reply instanceof ErrorReply error) {
      if (isNoKey(error)) {
        throw new NoGroupException("there is no stream " + key, error.cause());
      }
      throw wire.error(error, "XINFO");
    }
    return Reply.list(reply).stream().map(InspectCommands::map).toList();
  }

  private static boolean isNoKey(ErrorReply error) {
    return error.text().startsWith("ERR no such key");
  }

  private static Map<String, String> map(@Nullable Object reply) {
    var rows = Reply.list(reply);
    var map = new HashMap<String, String>();
    for (int i = 0; i + 1 < rows.size(); i += 2) {
      var value = rows.get(i + 1);
      if (value instanceof byte[] || value instanceof Long) {
        map.put(Reply.text(rows.get(i)), Reply.text(value));
      }
    }
    return map;
  }

  /** Entries after that id, in order. */
  public List<Entry> entriesAfter(String key, EntryId after, int count) {
    return Reply.entries(wire.call(Verb.XRANGE, key, after.next(), "+", "COUNT", count));
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

  /** How many entries a stream has; 0 when there is none. */
  public long length(String key) {
    return Reply.number(wire.call(Verb.XLEN, key));
  }

  /** A row of a pending list. */
  public record PendingRow(EntryId id, String consumer, Duration idle, long deliveries) {}

  /** A page of a group's pending list, from that id on, of one consumer if given. */
  public List<PendingRow> pending(
      String key, String group, EntryId from, int count, Optional<String> consumer) {
    var args = new ArrayList<Object>(List.of(key, group, from, "+", count));
    consumer.ifPresent(args::add);
    var page = new ArrayList<PendingRow>();
    for (var row : Reply.list(wire.call(Verb.XPENDING, args.toArray()))) {
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

  /**
   * How many entries wait for their due time, and which waits longest for a turn: id to due time,
   * soonest first.
   */
  public Map<EntryId, Long> soonestDue(Keys keys, int count) {
    var rows = Reply.list(wire.call(Verb.ZRANGE, keys.deferred(), 0, count - 1, "WITHSCORES"));
    var due = new LinkedHashMap<EntryId, Long>();
    for (int i = 0; i < rows.size(); i += 2) {
      due.put(Reply.id(rows.get(i)), (long) Double.parseDouble(Reply.text(rows.get(i + 1))));
    }
    return due;
  }

  /** How many entries wait for their due time. */
  public long deferredCount(Keys keys) {
    return Reply.number(wire.call(Verb.ZCARD, keys.deferred()));
  }

  /** Registered workers: consumer to registration. */
  public Map<String, Registration> workers(Keys keys) {
    var rows = Reply.list(wire.call(Verb.HGETALL, keys.info()));
    var workers = new HashMap<String, Registration>();
    for (int i = 0; i < rows.size(); i += 2) {
      var name = Reply.text(rows.get(i));
      if (!name.startsWith("~")) {
        workers.put(name, Registration.parse(Reply.text(rows.get(i + 1))));
      }
    }
    return workers;
  }

  /** The consumer that keeps the group now. */
  public Optional<String> keeper(Keys keys) {
    return Reply.maybeText(wire.call(Verb.GET, keys.keeper()))
        .map(text -> text.substring(0, Math.max(0, text.indexOf('\n'))));
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
