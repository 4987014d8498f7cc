// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.delivery.EntryId;
import io.millhand.redis.Wire.Call;
import io.millhand.redis.Wire.ErrorReply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is asked about many streams and groups at once: each question is put for all of them in one
 * write, or in a few where they are many. Nothing here takes longer the more entries there are.
 */
public final class SurveyCommands extends Commands {

  /** Questions in one write: so many keep the server busy for about a millisecond. */
  private static final int BATCH = 500;

  private static final String XINFO = "XINFO";

  SurveyCommands(Wire wire) {
    super(wire);
  }

  /** The server's time in milliseconds. */
  public long serverMillis() {
    var reply = Reply.list(wire.call(Verb.TIME));
    return Reply.number(reply.get(0)) * 1000 + Reply.number(reply.get(1)) / 1000;
  }

  /**
   * A stream as XINFO tells it.
   *
   * @param info XINFO STREAM, but for its two entries; what Redis does not know is missing
   * @param first the id of its first entry
   * @param last the id of its last entry
   * @param entryBytes how large the larger of those two is
   * @param groups XINFO GROUPS; what Redis does not know is missing
   */
  public record StreamFacts(
      Map<String, String> info,
      Optional<EntryId> first,
      Optional<EntryId> last,
      long entryBytes,
      List<Map<String, String>> groups) {}

  /** Those of the streams that there are, in the same order. */
  public Map<String, StreamFacts> streams(List<String> keys) {
    var calls = new ArrayList<Call>();
    for (var key : keys) {
      calls.add(Call.of(Verb.XINFO, "STREAM", key));
      calls.add(Call.of(Verb.XINFO, "GROUPS", key));
    }
    var replies = ask(calls);
    var found = new LinkedHashMap<String, StreamFacts>();
    for (int i = 0; i < keys.size(); i++) {
      var stream = replies.get(2 * i);
      var groups = replies.get(2 * i + 1);
      if (isThere(stream, XINFO) && isThere(groups, XINFO)) {
        found.put(keys.get(i), facts(stream, maps(groups)));
      }
    }
    return found;
  }

  private static StreamFacts facts(@Nullable Object stream, List<Map<String, String>> groups) {
    var rows = Reply.list(stream);
    var first = Optional.<EntryId>empty();
    var last = Optional.<EntryId>empty();
    long bytes = 0;
    for (int i = 0; i + 1 < rows.size(); i += 2) {
      if (rows.get(i + 1) instanceof List<?> entry) {
        var id = Optional.of(Reply.id(entry.get(0)));
        bytes = Math.max(bytes, size(Reply.list(entry.get(1))));
        if (Reply.text(rows.get(i)).equals("first-entry")) {
          first = id;
        } else {
          last = id;
        }
      }
    }
    return new StreamFacts(map(stream), first, last, bytes, groups);
  }

  private static long size(List<@Nullable Object> fields) {
    return fields.stream().mapToLong(field -> Reply.bytes(field).length).sum();
  }

  /**
   * Who belongs to a group, and what is kept for it beside the stream.
   *
   * @param consumers XINFO CONSUMERS
   * @param workers the consumers that are registered workers
   * @param dead dead letters
   */
  public record GroupFacts(List<Map<String, String>> consumers, Set<String> workers, long dead) {}

  /** Of each group, in the same order; nothing where it is gone. */
  public List<Optional<GroupFacts>> groups(List<Keys> groups) {
    var calls = new ArrayList<Call>();
    for (var keys : groups) {
      calls.add(Call.of(Verb.XINFO, "CONSUMERS", keys.stream(), keys.group()));
      calls.add(Call.of(Verb.HGETALL, keys.workers()));
      calls.add(Call.of(Verb.XLEN, keys.dead()));
    }
    var replies = ask(calls);
    var facts = new ArrayList<Optional<GroupFacts>>();
    for (int i = 0; i < calls.size(); i += 3) {
      var consumers = replies.get(i);
      var workers = wire.unwrap(replies.get(i + 1), "HGETALL");
      var dead = wire.unwrap(replies.get(i + 2), "XLEN");
      facts.add(
          isThere(consumers, XINFO)
              ? Optional.of(new GroupFacts(maps(consumers), names(workers), Reply.number(dead)))
              : Optional.empty());
    }
    return facts;
  }

  private static Set<String> names(@Nullable Object hash) {
    var rows = Reply.list(hash);
    var names = new HashSet<String>();
    for (int i = 0; i < rows.size(); i += 2) {
      names.add(Reply.text(rows.get(i)));
    }
    return names;
  }

  /** The lowest pending id of each group, in the same order; nothing where nothing is pending. */
  public List<Optional<EntryId>> lowestPending(List<Keys> groups) {
    var calls =
        groups.stream()
            .map(keys -> Call.of(Verb.XPENDING, keys.stream(), keys.group(), "-", "+", 1))
            .toList();
    return ask(calls).stream()
        .map(reply -> isThere(reply, "XPENDING") ? Reply.list(reply) : List.of())
        .map(rows -> rows.stream().findFirst().map(row -> Reply.id(Reply.list(row).get(0))))
        .toList();
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
        .map(reply -> isThere(reply, "XRANGE") ? Reply.list(reply) : List.of())
        .map(rows -> rows.stream().map(row -> Reply.id(Reply.list(row).get(0))).toList())
        .toList();
  }

  private List<@Nullable Object> ask(List<Call> calls) {
    var replies = new ArrayList<@Nullable Object>(calls.size());
    for (int from = 0; from < calls.size(); from += BATCH) {
      replies.addAll(wire.pipeline(calls.subList(from, Math.min(from + BATCH, calls.size()))));
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

  private static List<Map<String, String>> maps(@Nullable Object reply) {
    return Reply.list(reply).stream().map(SurveyCommands::map).toList();
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
}
