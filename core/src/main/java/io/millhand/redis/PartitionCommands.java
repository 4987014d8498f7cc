// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.delivery.EntryId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What makes partitions of one stream, seals them, and shares them among workers. */
public final class PartitionCommands extends Commands {

  /** The id after which Redis adds nothing more: sealed. */
  public static final EntryId LAST = new EntryId(-1L, -1L);

  /** A group that is there for a moment, to make an empty stream. */
  private static final String FOR_A_MOMENT = "~made";

  private final String stream;

  PartitionCommands(Wire wire, String stream) {
    super(wire);
    this.stream = stream;
  }

  /**
   * What a member is told.
   *
   * @param version of the members
   * @param unfinished the first generation that is not finished
   * @param began the generation in which the group began
   * @param next how many partitions the next generation will have, where one is announced
   * @param counts how many partitions each generation has
   * @param members all of them, in no order; empty where the version is the one that was known
   */
  public record Membership(
      String version,
      int unfinished,
      int began,
      Optional<Integer> next,
      List<Integer> counts,
      Optional<List<String>> members) {}

  /** How far a group has come in a stream. */
  public enum Progress {
    /** More may be added. */
    OPEN,
    /** Nothing more is added, and there is something to do. */
    SEALED,
    /** Nothing more is added, and the group has done it all. */
    FINISHED
  }

  /** The catalogue; empty where there is none. */
  public Map<String, String> catalogue() {
    return map(wire.call(Verb.HGETALL, Keys.catalogueOf(stream)));
  }

  /** Makes the catalogue, where there is none; answers with the one that is there then. */
  public Map<String, String> create(int count, String field) {
    return change("CREATE", Integer.toString(count), field);
  }

  /** Announces the generation that follows that one, where none is announced. */
  public Map<String, String> announce(int generation, int count) {
    return change("GROW", Integer.toString(generation), Integer.toString(count));
  }

  /** Makes the announced generation the one that entries go to. */
  public Map<String, String> grown(int generation) {
    return change("GROWN", Integer.toString(generation));
  }

  private Map<String, String> change(String... args) {
    return map(run(Script.CATALOGUE, List.of(Keys.catalogueOf(stream)), List.of(args)));
  }

  /**
   * Renews a member of a group.
   *
   * @param stay until when it counts; zero when it leaves
   * @param known the version of the members that it knows, or nothing
   * @param finished partitions that it found finished, as {@code generation/partition}
   * @return empty where there is no catalogue
   */
  public Optional<Membership> member(
      String group, String member, Duration stay, String known, List<String> finished) {
    var args = new ArrayList<String>(List.of(member, "" + stay.toMillis(), known, group));
    args.addAll(finished);
    var prefix = Keys.of(stream, group).prefix();
    var keys = List.of(prefix + ":members", prefix + ":book", Keys.catalogueOf(stream));
    var reply = Reply.list(run(Script.MEMBER, keys, args));
    if (reply.size() < 5) {
      return Optional.empty();
    }
    var words = reply.stream().map(Reply::text).toList();
    var end = words.indexOf("MEMBERS");
    var counts = words.subList(4, end < 0 ? words.size() : end);
    return Optional.of(
        new Membership(
            words.get(0),
            Integer.parseInt(words.get(1)),
            Integer.parseInt(words.get(2)),
            words.get(3).isEmpty() ? Optional.empty() : Optional.of(Integer.parseInt(words.get(3))),
            counts.stream().map(Integer::valueOf).toList(),
            end < 0 ? Optional.empty() : Optional.of(words.subList(end + 1, words.size()))));
  }

  /** Makes an empty stream where there is none. */
  public void makeStream() {
    if (Reply.text(wire.call(Verb.TYPE, stream)).equals("none")) {
      var made = wire.pipeline(List.of(group("CREATE", "0", "MKSTREAM"), group("DESTROY")));
      if (made.get(0) instanceof ErrorReply error && !error.code().equals("BUSYGROUP")) {
        throw wire.error(error, "XGROUP CREATE");
      }
    }
  }

  private Call group(String what, String... more) {
    var args = new ArrayList<String>(List.of(what, stream, FOR_A_MOMENT));
    args.addAll(List.of(more));
    return Call.of(Verb.XGROUP, args.toArray());
  }

  /** From now on nobody can add anything to it. */
  public void seal() {
    makeStream();
    wire.call(Verb.XSETID, stream, LAST);
  }

  /** How far a group has come. */
  public Progress progress(String group) {
    var replies =
        wire.pipeline(
            List.of(Call.of(Verb.XINFO, "STREAM", stream), Call.of(Verb.XINFO, "GROUPS", stream)));
    if (replies.get(0) instanceof ErrorReply error && error.text().contains("no such key")) {
      return Progress.OPEN;
    }
    var last = Reply.map(wire.unwrap(replies.get(0), "XINFO STREAM")).get("last-generated-id");
    if (last == null || !EntryId.parse(last).equals(LAST)) {
      return Progress.OPEN;
    }
    for (var row : Reply.list(wire.unwrap(replies.get(1), "XINFO GROUPS"))) {
      var of = Reply.map(row);
      if (group.equals(of.get("name"))) {
        var isDone = "0".equals(of.get("pending")) && isLast(of.get("last-delivered-id"));
        return isDone ? Progress.FINISHED : Progress.SEALED;
      }
    }
    return Progress.SEALED;
  }

  /** Whether nothing follows that id, in a stream to which nothing is added. */
  private boolean isLast(@Nullable String id) {
    if (id == null) {
      return false;
    }
    var delivered = EntryId.parse(id);
    return delivered.equals(LAST)
        || Reply.list(wire.call(Verb.XRANGE, stream, delivered.next(), "+", "COUNT", 1)).isEmpty();
  }

  private @Nullable Object run(Script script, List<String> keys, List<String> args) {
    wire.scripts().load(script);
    var call = call(script, keys, args);
    var reply = wire.pipeline(List.of(call)).get(0);
    if (reply instanceof ErrorReply error && error.code().equals("NOSCRIPT")) {
      wire.scripts().forget(script);
      wire.scripts().load(script);
      reply = wire.pipeline(List.of(call)).get(0);
    }
    return wire.unwrap(reply, Scripts.describe(script));
  }

  private Call call(Script script, List<String> keys, List<String> args) {
    var all = new ArrayList<Object>();
    all.add(script.forServer(wire.server()).sha());
    all.add(keys.size());
    all.addAll(keys);
    all.addAll(args);
    return Call.of(Verb.EVALSHA, all.toArray());
  }

  private static Map<String, String> map(@Nullable Object reply) {
    var rows = Reply.list(reply);
    var map = new HashMap<String, String>();
    for (int i = 0; i + 1 < rows.size(); i += 2) {
      map.put(Reply.text(rows.get(i)), new String(Reply.bytes(rows.get(i + 1)), UTF_8));
    }
    return map;
  }
}
