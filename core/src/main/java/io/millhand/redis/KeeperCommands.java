// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.config.Retention;
import io.millhand.delivery.EntryId;
import io.millhand.redis.WorkerCommands.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the keeper asks and does, for the whole group. */
public final class KeeperCommands extends GroupCommands {

  /** Ids in one call of a script, and rows of one page: short stops of the server. */
  public static final int PAGE = 100;

  KeeperCommands(Wire wire, Keys keys, Identity identity) {
    super(wire, keys, identity);
  }

  /**
   * A pending entry of some consumer.
   *
   * @param id its id
   * @param idle time since it was last handed out
   * @param deliveries its delivery count
   */
  public record PendingRow(EntryId id, Duration idle, long deliveries) {}

  /**
   * A consumer of the group.
   *
   * @param name its name, with a replacement for what is no UTF-8: others may call theirs anything
   * @param raw its name as Redis knows it
   * @param pending how many entries are pending there
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Consumer(String name, byte[] raw, long pending) {
    static Consumer of(@Nullable Object row) {
      var raw = new byte[0];
      var pending = 0L;
      var words = Reply.list(row);
      for (int i = 0; i + 1 < words.size(); i += 2) {
        switch (Reply.text(words.get(i))) {
          case "name" -> raw = Reply.bytes(words.get(i + 1));
          case "pending" -> pending = Reply.number(words.get(i + 1));
          default -> {}
        }
      }
      return new Consumer(new String(raw, UTF_8), raw, pending);
    }
  }

  /** What handing on a page brought. */
  public sealed interface HandedOn {
    /**
     * Handed on.
     *
     * @param count how many are due now
     * @param trimmed which were gone from the stream
     */
    record Ok(int count, List<EntryId> trimmed) implements HandedOn {}

    /** Its owner shows signs of life. */
    record Alive() implements HandedOn {}

    /** We are not registered ourselves. */
    record Fenced() implements HandedOn {}
  }

  /** All registered workers. */
  public List<Peer> workers() {
    var replies =
        wire.pipeline(
            List.of(Call.of(Verb.HGETALL, keys.workers()), Call.of(Verb.HGETALL, keys.info())));
    var counters = Reply.map(wire.unwrap(replies.get(0), "HGETALL"));
    var peers = new ArrayList<Peer>();
    Reply.map(wire.unwrap(replies.get(1), "HGETALL"))
        .forEach(
            (consumer, text) -> {
              if (!consumer.startsWith("~")) {
                peers.add(new Peer(consumer, counters.getOrDefault(consumer, ""), text));
              }
            });
    return peers;
  }

  /** Which of those connections exist; empty where we may not know. */
  public Optional<Set<Long>> connected(List<Long> clientIds) {
    return Clients.among(wire, clientIds);
  }

  /** A page of what is pending under that name, from that id on. */
  public List<PendingRow> pendingOf(String consumer, EntryId from) {
    return pendingOf(consumer.getBytes(UTF_8), from);
  }

  /** The same of a consumer whose name may be no UTF-8. */
  public List<PendingRow> pendingOf(byte[] consumer, EntryId from) {
    var rows =
        Reply.list(
            wire.call(Verb.XPENDING, keys.stream(), keys.group(), from, "+", PAGE, consumer));
    var page = new ArrayList<PendingRow>(rows.size());
    for (var row : rows) {
      var parts = Reply.list(row);
      page.add(
          new PendingRow(
              Reply.id(parts.get(0)),
              Duration.ofMillis(Reply.number(parts.get(2))),
              Reply.number(parts.get(3))));
    }
    return page;
  }

  /** Makes due now what a dead worker left. */
  public HandedOn handOn(Peer dead, List<EntryId> ids) {
    return handOn(dead.consumer().getBytes(UTF_8), dead.counter(), dead.text(), Duration.ZERO, ids);
  }

  /** Makes due now what a consumer that is not ours has held for too long. */
  public HandedOn handOnForeign(String consumer, Duration minIdle, List<EntryId> ids) {
    return handOnForeign(consumer.getBytes(UTF_8), minIdle, ids);
  }

  /** The same of a consumer whose name may be no UTF-8. */
  public HandedOn handOnForeign(byte[] consumer, Duration minIdle, List<EntryId> ids) {
    return handOn(consumer, "", "", minIdle, ids);
  }

  private HandedOn handOn(
      byte[] consumer, String counter, String text, Duration minIdle, List<EntryId> ids) {
    var args = new ArrayList<Object>(List.of(consumer, counter, text, minIdle.toMillis()));
    args.addAll(ids);
    var reply = Reply.list(run(Script.RECLAIM, args.toArray()));
    return switch (Reply.text(reply.get(0))) {
      case "OK" -> {
        var trimmed = new ArrayList<EntryId>();
        reply.subList(2, reply.size()).forEach(id -> trimmed.add(Reply.id(id)));
        yield new HandedOn.Ok((int) Reply.number(reply.get(1)), trimmed);
      }
      case "ALIVE" -> new HandedOn.Alive();
      default -> new HandedOn.Fenced();
    };
  }

  /**
   * Deletes a dead worker's consumer, if empty, and its registration; false when something is left
   * or it lives.
   */
  public boolean bury(Peer dead) {
    return Reply.text(run(Script.BURY, dead.consumer(), dead.counter(), dead.text()))
        .equals("BURIED");
  }

  /** All consumers of the group. */
  public List<Consumer> consumers() {
    return Reply.list(wire.call(Verb.XINFO, "CONSUMERS", keys.stream(), keys.group())).stream()
        .map(Consumer::of)
        .toList();
  }

  /** How many entries have a due time. */
  public long deferredCount() {
    return Reply.number(wire.call(Verb.ZCARD, keys.deferred()));
  }

  /** Gives a due time to those deferred entries that have lost theirs. */
  public long reconcile(List<EntryId> ids) {
    return Reply.number(run(Script.RECONCILE, ids.toArray()));
  }

  /** Stores the safe position. */
  public void storePosition() {
    run(Script.POSITION);
  }

  /** Sets the idle time of entries that wait for their due time back to 0. */
  public long renewDeferred(List<PendingRow> rows) {
    var args = new ArrayList<Object>();
    args.add(Keys.DEFERRED_CONSUMER);
    for (var row : rows) {
      args.add(row.id());
      args.add(row.deliveries());
    }
    return Reply.number(run(Script.RENEW, args.toArray()));
  }

  /**
   * What one step of trimming did.
   *
   * @param count how many entries went
   * @param more whether more may go at once
   * @param losses what groups had not finished of them
   */
  public record Trim(long count, boolean more, List<Loss> losses) {
    static final Trim NOTHING = new Trim(0, false, List.of());
  }

  /**
   * What a hard cap took from a group.
   *
   * @param group its name
   * @param pending entries that were pending
   * @param unread entries that it had not been given
   */
  public record Loss(String group, long pending, long unread) {}

  /** Trims the stream by that rule, one short step; nothing by a rule that does not trim. */
  public Trim trim(Retention retention) {
    return switch (retention) {
      case Retention.KeepAll all -> Trim.NOTHING;
      case Retention.DeleteOnAck deletes -> Trim.NOTHING;
      case Retention.Finished finished ->
          trim("FINISHED", finished.keepFor().toMillis(), finished.keepNewest());
      case Retention.HardCap cap -> trim("CAP", cap.entries());
    };
  }

  private Trim trim(Object... rule) {
    var reply = Reply.list(run(Script.TRIM, rule));
    var losses = new ArrayList<Loss>();
    for (int i = 2; i < reply.size(); i += 3) {
      losses.add(
          new Loss(
              Reply.text(reply.get(i)),
              Reply.number(reply.get(i + 1)),
              Reply.number(reply.get(i + 2))));
    }
    return new Trim(Reply.number(reply.get(0)), Reply.number(reply.get(1)) == 1, losses);
  }

  /** The stream's other groups. */
  public List<String> otherGroups() {
    return Reply.list(wire.call(Verb.XINFO, "GROUPS", keys.stream())).stream()
        .map(row -> Reply.map(row).getOrDefault("name", ""))
        .filter(name -> !name.equals(keys.group()))
        .toList();
  }

  /**
   * Removes a page of failures records whose entries are pending no more; returns the next cursor,
   * "0" at the end.
   */
  public String sweep(String cursor) {
    var reply = Reply.list(wire.call(Verb.HSCAN, keys.failures(), cursor, "COUNT", PAGE));
    var fields = Reply.list(reply.get(1));
    var ids = new ArrayList<Object>();
    for (int i = 0; i < fields.size(); i += 2) {
      ids.add(Reply.text(fields.get(i)));
    }
    for (int from = 0; from < ids.size(); from += PAGE) {
      run(Script.SWEEP, ids.subList(from, Math.min(ids.size(), from + PAGE)).toArray());
    }
    return Reply.text(reply.get(0));
  }

  /** The server's time. */
  public Duration serverTime() {
    var reply = Reply.list(wire.call(Verb.TIME));
    return Duration.ofSeconds(Reply.number(reply.get(0)))
        .plusNanos(Reply.number(reply.get(1)) * 1000);
  }

  /** The run of the server that this connection belongs to. */
  public Optional<String> runId() {
    return server().runId();
  }

  /** How long that run has been up; empty where INFO is forbidden. */
  public Optional<Duration> uptime() {
    var reply = wire.pipeline(List.of(Call.of(Verb.INFO, "server"))).get(0);
    if (reply instanceof ErrorReply || !(reply instanceof byte[] text)) {
      return Optional.empty();
    }
    return new String(text, UTF_8)
        .lines()
        .filter(line -> line.startsWith("uptime_in_seconds:"))
        .map(
            line ->
                Duration.ofSeconds(Long.parseLong(line.substring("uptime_in_seconds:".length()))))
        .findFirst();
  }
}
