// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.config.GroupStart;
import io.millhand.delivery.Delivery.Count;
import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Origin;
import io.millhand.redis.ReplyReader.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the intake asks for, on its own connection, since it blocks there. */
public final class ReadCommands extends GroupCommands {

  /** Ids whose bodies one write asks for. */
  private static final int FETCH = 100;

  /** Fewer are asked for one by one. */
  private static final int LEAST_RUN = 8;

  private static final int SINGLE_PAGES = 50;

  /** BLOCK runs on the server's clock and timer; a reply later than this after its end is none. */
  private static final Duration BLOCK_MARGIN = Duration.ofSeconds(3);

  private final long replyBytes;
  private final byte[] streamKey;

  /** Pages whose bodies are asked for one by one, since they did not lie side by side lately. */
  private int pagesToSingle;

  /** Bytes of an entry, a running mean; 0 before the first. */
  private long meanBytes;

  ReadCommands(Wire wire, Keys keys, Identity identity, long replyBytes) {
    super(wire, keys, identity);
    this.replyBytes = replyBytes;
    this.streamKey = keys.stream().getBytes(UTF_8);
  }

  /**
   * What a claim brought.
   *
   * @param arrivals entries that are ours now
   * @param trimmed ids that were gone from the stream
   * @param restored ids that had lost their pending record
   * @param nextDue time to the next due time; empty when nothing waits
   * @param registered whether the caller is registered; when not, nothing was claimed
   */
  public record Due(
      List<Arrival> arrivals,
      List<EntryId> trimmed,
      List<EntryId> restored,
      Optional<Duration> nextDue,
      boolean registered) {}

  /**
   * A pending id of one consumer.
   *
   * @param id the id
   * @param deliveries its delivery count
   */
  public record PendingId(EntryId id, long deliveries) {}

  /** What creating the group met. */
  public sealed interface Grouped {
    /** It was there. */
    record Existed() implements Grouped {}

    /**
     * It is new.
     *
     * @param start the id after which it reads
     */
    record Created(EntryId start) implements Grouped {}

    /**
     * It had been there before, was gone, and is made anew.
     *
     * @param start the id after which it reads
     */
    record Recreated(EntryId start) implements Grouped {}
  }

  /**
   * Makes the group, and the stream, where there is none.
   *
   * @param start where a first creation begins
   * @param seen whether we have seen the group before
   * @param lowestHeld the lowest id that we hold
   */
  public Grouped group(GroupStart start, Seen seen, Optional<EntryId> lowestHeld) {
    var reply =
        Reply.list(
            run(
                Script.REGROUP,
                start.argument(),
                seen == Seen.BEFORE ? "1" : "0",
                lowestHeld.map(EntryId::toString).orElse("")));
    return switch (Reply.text(reply.get(0))) {
      case "EXISTS" -> new Grouped.Existed();
      case "CREATED" -> new Grouped.Created(start(reply.get(2)));
      default -> new Grouped.Recreated(start(reply.get(2)));
    };
  }

  private static EntryId start(@Nullable Object reply) {
    return EntryId.parse(Reply.text(reply).getBytes(UTF_8));
  }

  /** Whether we know the group from before. */
  public enum Seen {
    /** Never. */
    NEVER,
    /** It was there. */
    BEFORE
  }

  /** Reads new entries, waiting for one that long; 0 does not wait. */
  public List<Arrival> readNew(int count, Duration block) {
    return arrivals(wire.callBlocking(read(within(count), block), block, BLOCK_MARGIN));
  }

  /**
   * Asks for new entries without waiting for any; {@link #answered} has them. It may be asked again
   * before that, but nothing else.
   */
  public void ask(int count) {
    wire.ask(read(within(count), Duration.ZERO));
  }

  /** What came of the first {@link #ask} that has no answer yet. */
  public List<Arrival> answered() {
    return arrivals(wire.answer());
  }

  private Call read(int count, Duration block) {
    var args =
        new ArrayList<Object>(List.of("GROUP", keys.group(), identity.consumer(), "COUNT", count));
    if (block.toMillis() > 0) {
      args.addAll(List.of("BLOCK", block.toMillis()));
    }
    args.addAll(List.of("STREAMS", streamKey, ">"));
    return Call.of(Verb.XREADGROUP, args.toArray()).as(Shape.ENTRIES_OF_STREAM);
  }

  private List<Arrival> arrivals(@Nullable Object reply) {
    var entries = Reply.readEntries(reply);
    var arrivals = new ArrayList<Arrival>(entries.size());
    for (var entry : entries) {
      learn(entry);
      arrivals.add(new Arrival(entry, Count.FIRST, Origin.NEW));
    }
    return arrivals;
  }

  /**
   * Claims what is due.
   *
   * @param count how many at most
   * @param suspectRoom whether one of them may be a suspect
   * @param suspectAfter how many crashes make a suspect
   */
  public Due claimDue(int count, SuspectRoom suspectRoom, int suspectAfter) {
    var reply =
        Reply.list(
            run(
                Script.DUE,
                Math.min(count, FETCH),
                suspectRoom == SuspectRoom.FREE ? 1 : 0,
                suspectAfter));
    if (!Reply.text(reply.get(0)).equals("OK")) {
      return new Due(List.of(), List.of(), List.of(), Optional.empty(), false);
    }
    var next = Reply.number(reply.get(1));
    var claimed = new ArrayList<Claimed>();
    var trimmed = new ArrayList<EntryId>();
    var restored = new ArrayList<EntryId>();
    for (int i = 2; i < reply.size(); i += 4) {
      var id = Reply.id(reply.get(i));
      var failure = Failure.parse(Reply.bytes(reply.get(i + 3)));
      switch (Reply.text(reply.get(i + 1))) {
        case "TRIMMED" -> trimmed.add(id);
        case "RESTORED" -> {
          restored.add(id);
          claimed.add(new Claimed(id, Reply.number(reply.get(i + 2)), failure));
        }
        default -> claimed.add(new Claimed(id, Reply.number(reply.get(i + 2)), failure));
      }
    }
    var arrivals = fetch(claimed, trimmed);
    return new Due(
        arrivals,
        trimmed,
        restored,
        next < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(next)),
        true);
  }

  /** Whether a suspect may be claimed. */
  public enum SuspectRoom {
    /** Yes, one. */
    FREE,
    /** No: one is running. */
    TAKEN
  }

  private record Claimed(EntryId id, long deliveries, Failure failure) {
    Origin origin() {
      return switch (failure.why()) {
        case CRASHED, RECLAIMED -> Origin.RECLAIMED;
        case FAILED, PUT_BACK -> Origin.DUE;
      };
    }
  }

  /** A page of what is pending under our own name, from that id on. */
  public List<PendingId> ownPending(EntryId from, int count) {
    var rows =
        Reply.list(
            wire.call(
                Verb.XPENDING, keys.stream(), keys.group(), from, "+", count, identity.consumer()));
    var page = new ArrayList<PendingId>(rows.size());
    for (var row : rows) {
      var parts = Reply.list(row);
      page.add(new PendingId(Reply.id(parts.get(0)), Reply.number(parts.get(3))));
    }
    return page;
  }

  /** Which of those are still pending under our own name. */
  public List<PendingId> stillOwn(List<PendingId> ids) {
    var calls = new ArrayList<Call>();
    for (var each : ids) {
      calls.add(
          Call.of(
              Verb.XPENDING,
              keys.stream(),
              keys.group(),
              each.id(),
              each.id(),
              1,
              identity.consumer()));
    }
    var replies = wire.pipeline(calls);
    var still = new ArrayList<PendingId>();
    for (int i = 0; i < replies.size(); i++) {
      if (!Reply.list(wire.unwrap(replies.get(i), "XPENDING")).isEmpty()) {
        still.add(ids.get(i));
      }
    }
    return still;
  }

  /**
   * Brings entries that are ours but that we do not hold.
   *
   * @param trimmed gets the ids of those that are gone from the stream; they are acked
   */
  public List<Arrival> bring(List<PendingId> ids, List<EntryId> trimmed) {
    var args = new ArrayList<Object>();
    args.add(keys.failures());
    ids.forEach(each -> args.add(each.id()));
    var failures = Reply.list(wire.call(Verb.HMGET, args.toArray()));
    var claimed = new ArrayList<Claimed>();
    for (int i = 0; i < ids.size(); i++) {
      claimed.add(
          new Claimed(
              ids.get(i).id(),
              ids.get(i).deliveries(),
              Failure.parse((byte @Nullable []) failures.get(i))));
    }
    return fetch(claimed, trimmed).stream()
        .map(arrival -> new Arrival(arrival.entry(), arrival.count(), Origin.UNHELD))
        .toList();
  }

  private List<Arrival> fetch(List<Claimed> claimed, List<EntryId> trimmed) {
    var arrivals = new ArrayList<Arrival>(claimed.size());
    var gone = new ArrayList<EntryId>();
    for (int from = 0; from < claimed.size(); ) {
      var page = claimed.subList(from, Math.min(claimed.size(), from + within(FETCH)));
      from += page.size();
      var run = run(page);
      if (!run.isEmpty()) {
        for (int i = 0; i < run.size(); i++) {
          arrivals.add(arrival(run.get(i), page.get(i)));
        }
        continue;
      }
      var calls = new ArrayList<Call>(page.size());
      page.forEach(
          each ->
              calls.add(Call.of(Verb.XRANGE, streamKey, each.id(), each.id()).as(Shape.ENTRIES)));
      var replies = wire.pipeline(calls);
      for (int i = 0; i < page.size(); i++) {
        var found = Reply.readEntries(wire.unwrap(replies.get(i), "XRANGE"));
        if (found.isEmpty()) {
          gone.add(page.get(i).id());
        } else {
          arrivals.add(arrival(found.get(0), page.get(i)));
        }
      }
    }
    trimmed.addAll(lost(gone));
    return arrivals;
  }

  /**
   * The bodies of a page by one question, where nothing lies between them in the stream, as with
   * what a dead worker left; else nothing, and for some pages the question is not even asked.
   */
  private List<Entry> run(List<Claimed> page) {
    if (page.size() < LEAST_RUN || pagesToSingle-- > 0) {
      return List.of();
    }
    var first = page.get(0).id();
    var last = page.get(page.size() - 1).id();
    var call = Call.of(Verb.XRANGE, streamKey, first, last, "COUNT", page.size());
    var found = Reply.readEntries(wire.call(call.as(Shape.ENTRIES)));
    var same = found.size() == page.size();
    for (int i = 0; same && i < found.size(); i++) {
      same = found.get(i).id().equals(page.get(i).id());
    }
    pagesToSingle = same ? 0 : SINGLE_PAGES;
    return same ? found : List.of();
  }

  /**
   * Acks what is gone from the stream; answers what was lost by that. What is pending no more was
   * settled since it was claimed, by whoever had it before, and perhaps deleted with that.
   */
  private List<EntryId> lost(List<EntryId> gone) {
    var replies = wire.runAll(gone.stream().map(id -> script(Script.ACK, List.of(id))).toList());
    var lost = new ArrayList<EntryId>();
    for (int i = 0; i < gone.size(); i++) {
      if (Reply.number(wire.unwrap(replies.get(i), Scripts.describe(Script.ACK))) > 0) {
        lost.add(gone.get(i));
      }
    }
    return lost;
  }

  private Arrival arrival(Entry entry, Claimed claimed) {
    learn(entry);
    var failure = claimed.failure();
    return new Arrival(
        entry,
        new Count(claimed.deliveries(), failure.attempts(), failure.crashes()),
        claimed.origin());
  }

  /** As many entries as a reply may hold by the mean size; few before that is known. */
  public int within(int count) {
    var fits = meanBytes == 0 ? 16 : Math.max(1, replyBytes / meanBytes);
    return (int) Math.min(count, fits);
  }

  private void learn(Entry entry) {
    var size = Math.max(1, entry.fields().byteSize());
    // Grows at once, so that a run of large entries is met early; shrinks slowly.
    meanBytes = size > meanBytes ? size : meanBytes + (size - meanBytes) / 16;
  }

  /** Our connection's id, where it may be asked for. */
  public Optional<Long> clientId() {
    return server().clientId();
  }

  /**
   * Ends an earlier connection of ours, so that no blocked read of it is served any more; false if
   * that is forbidden.
   */
  public boolean endClient(long clientId) {
    var reply = wire.pipeline(List.of(Call.of(Verb.CLIENT, "KILL", "ID", clientId))).get(0);
    return !(reply instanceof ErrorReply error && error.code().equals("NOPERM"));
  }

  /** A page of what is pending in the group, under whatever name, from that id on. */
  public List<EntryId> groupPending(EntryId from, int count) {
    var rows = Reply.list(wire.call(Verb.XPENDING, keys.stream(), keys.group(), from, "+", count));
    return rows.stream().map(row -> Reply.id(Reply.list(row).get(0))).toList();
  }

  /** The entries of those ids that the stream still has. */
  public List<Entry> bodies(List<EntryId> ids) {
    var bodies = new ArrayList<Entry>(ids.size());
    for (int from = 0; from < ids.size(); ) {
      var page = ids.subList(from, Math.min(ids.size(), from + within(FETCH)));
      var calls = page.stream().map(id -> Call.of(Verb.XRANGE, streamKey, id, id)).toList();
      for (var reply : wire.pipeline(calls)) {
        Reply.entries(wire.unwrap(reply, "XRANGE")).forEach(bodies::add);
      }
      from += page.size();
    }
    bodies.forEach(this::learn);
    return bodies;
  }

  /** Which of those the group was given, and has not pending any more. */
  public List<EntryId> ended(List<EntryId> ids) {
    var calls =
        ids.stream()
            .map(id -> Call.of(Verb.XPENDING, keys.stream(), keys.group(), id, id, 1))
            .toList();
    var replies = wire.pipeline(calls);
    var missing = new ArrayList<EntryId>();
    for (int i = 0; i < replies.size(); i++) {
      if (Reply.list(wire.unwrap(replies.get(i), "XPENDING")).isEmpty()) {
        missing.add(ids.get(i));
      }
    }
    if (missing.isEmpty()) {
      return missing;
    }
    // Of a group that was made anew, some are still to come.
    var last = lastDelivered();
    return missing.stream().filter(id -> last.compareTo(id) >= 0).toList();
  }

  private EntryId lastDelivered() {
    for (var row : Reply.list(wire.call(Verb.XINFO, "GROUPS", keys.stream()))) {
      var group = Reply.map(row);
      if (keys.group().equals(group.get("name"))) {
        return EntryId.parse(group.getOrDefault("last-delivered-id", "0-0"));
      }
    }
    return EntryId.ZERO;
  }
}
