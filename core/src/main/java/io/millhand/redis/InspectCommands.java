// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.error.NoGroupException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an inspector asks, of any stream and group. */
public final class InspectCommands extends Commands {

  private static final int SCAN_PAGE = 500;

  /** Begins the fields that tell what a hard cap took; the group's name follows. */
  private final SurveyCommands survey;

  InspectCommands(Wire wire) {
    super(wire);
    this.survey = new SurveyCommands(wire);
  }

  /** What an audit asks, on this connection. */
  public AuditReads audit() {
    return new AuditReads(wire);
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
        settings.putAll(Reply.map(reply));
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

  /** What is asked of many streams and groups at once, on this connection. */
  public SurveyCommands survey() {
    return survey;
  }

  /** XINFO CONSUMERS as maps. */
  public List<Map<String, String>> consumers(String key, String group) {
    var reply = wire.pipeline(List.of(Call.of(Verb.XINFO, "CONSUMERS", key, group))).get(0);
    if (reply instanceof ErrorReply error) {
      if (isNoStream(error)) {
        throw new NoGroupException("there is no stream " + key, null);
      }
      throw wire.error(error, "XINFO CONSUMERS");
    }
    return Reply.list(reply).stream().map(Reply::map).toList();
  }

  private static boolean isNoStream(ErrorReply error) {
    return error.text().startsWith("ERR no such key");
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

  static List<PendingRow> pendingRows(@Nullable Object reply) {
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
    return ids.isEmpty()
        ? new HashMap<>()
        : failures(
            ids, wire.unwrap(wire.pipeline(List.of(failuresCall(keys, ids))).get(0), "HMGET"));
  }

  static Call failuresCall(Keys keys, List<EntryId> ids) {
    var args = new ArrayList<Object>();
    args.add(keys.failures());
    args.addAll(ids);
    return Call.of(Verb.HMGET, args.toArray());
  }

  static Map<EntryId, Failure> failures(List<EntryId> ids, @Nullable Object reply) {
    var values = Reply.list(reply);
    var known = new HashMap<EntryId, Failure>();
    for (int i = 0; i < ids.size(); i++) {
      if (values.get(i) instanceof byte[] value) {
        known.put(ids.get(i), Failure.parse(value));
      }
    }
    return known;
  }

  /** Registered workers: consumer to registration. */
  public Map<String, Registration> workers(Keys keys) {
    return registrations(Reply.map(wire.call(Verb.HGETALL, keys.info())));
  }

  static Map<String, Registration> registrations(Map<String, String> info) {
    var workers = new HashMap<String, Registration>();
    info.forEach(
        (name, text) -> {
          if (!name.startsWith("~")) {
            workers.put(name, Registration.parse(text));
          }
        });
    return workers;
  }

  static Optional<String> keeper(@Nullable Object reply) {
    return Reply.maybeText(reply).map(text -> text.substring(0, Math.max(0, text.indexOf('\n'))));
  }
}
