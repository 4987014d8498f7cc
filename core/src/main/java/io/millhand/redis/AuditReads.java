// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an audit of a group asks: all that may be long in pages, and no page keeps Redis busy. */
public final class AuditReads {

  private static final int SCAN_PAGE = 200;
  private static final String EPOCH = "~epoch";

  private final Wire wire;

  AuditReads(Wire wire) {
    this.wire = wire;
  }

  /**
   * A page of a walk.
   *
   * @param next where the next one begins; empty after the last
   * @param rows what stands there, by entry id
   */
  public record Page<T>(Optional<String> next, Map<EntryId, T> rows) {}

  /** A page of the records of failures. One may come in two pages. */
  public Page<Failure> failures(Keys keys, String cursor) {
    var reply = Reply.list(wire.call(Verb.HSCAN, keys.failures(), cursor, "COUNT", SCAN_PAGE));
    var rows = Reply.list(reply.get(1));
    var page = new LinkedHashMap<EntryId, Failure>();
    for (int i = 0; i + 1 < rows.size(); i += 2) {
      var failure = Failure.parse(Reply.bytes(rows.get(i + 1)));
      id(rows.get(i)).ifPresent(id -> page.put(id, failure));
    }
    return new Page<>(next(reply.get(0)), page);
  }

  /** A page of the due times, server milliseconds. One may come in two pages. */
  public Page<Long> due(Keys keys, String cursor) {
    var reply = Reply.list(wire.call(Verb.ZSCAN, keys.deferred(), cursor, "COUNT", SCAN_PAGE));
    var rows = Reply.list(reply.get(1));
    var page = new LinkedHashMap<EntryId, Long>();
    for (int i = 0; i + 1 < rows.size(); i += 2) {
      var due = (long) Double.parseDouble(Reply.text(rows.get(i + 1)));
      id(rows.get(i)).ifPresent(id -> page.put(id, due));
    }
    return new Page<>(next(reply.get(0)), page);
  }

  private static Optional<String> next(@Nullable Object cursor) {
    return Optional.of(Reply.text(cursor)).filter(text -> !text.equals("0"));
  }

  /** What is no id was not written by us. */
  private static Optional<EntryId> id(@Nullable Object field) {
    return parse(Reply.text(field));
  }

  private static Optional<EntryId> parse(String text) {
    try {
      return Optional.of(EntryId.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Those of these entries that are not pending, in their order. */
  public List<EntryId> notPending(Keys keys, List<EntryId> ids) {
    return without(
        ids,
        ids.stream()
            .map(id -> Call.of(Verb.XPENDING, keys.stream(), keys.group(), id, id, 1))
            .toList(),
        "XPENDING");
  }

  /** Those of these entries that the stream does not have any more, in their order. */
  public List<EntryId> trimmed(String stream, List<EntryId> ids) {
    return without(
        ids, ids.stream().map(id -> Call.of(Verb.XRANGE, stream, id, id)).toList(), "XRANGE");
  }

  /** Those to whose question nothing was answered. */
  private List<EntryId> without(List<EntryId> ids, List<Call> calls, String what) {
    if (ids.isEmpty()) {
      return List.of();
    }
    var replies = wire.pipeline(calls);
    var missing = new ArrayList<EntryId>();
    for (int i = 0; i < ids.size(); i++) {
      if (Reply.list(wire.unwrap(replies.get(i), what)).isEmpty()) {
        missing.add(ids.get(i));
      }
    }
    return missing;
  }

  /** The server's time, in milliseconds, at which the group was last made by us. */
  public Optional<Long> epoch(Keys keys) {
    var row = Reply.list(wire.call(Verb.HMGET, keys.info(), EPOCH)).get(0);
    return Reply.maybeText(row).filter(text -> text.matches("\\d{1,18}")).map(Long::parseLong);
  }

  /** The group's safe position; empty where none is stored. */
  public Optional<EntryId> position(Keys keys) {
    return Reply.maybeText(wire.call(Verb.GET, keys.position())).flatMap(AuditReads::parse);
  }

  /** A page of what operators did to a stream, newest first, before that id if given. */
  public List<Entry> deeds(String stream, Optional<EntryId> before, int count) {
    var end = before.map(id -> id.previous().toString()).orElse("+");
    return Reply.entries(wire.call(Verb.XREVRANGE, Keys.auditOf(stream), end, "-", "COUNT", count));
  }

  /** What operators did after that id, in order. */
  public List<Entry> deedsAfter(String stream, EntryId after, int count) {
    return Reply.entries(
        wire.call(Verb.XRANGE, Keys.auditOf(stream), after.next(), "+", "COUNT", count));
  }
}
