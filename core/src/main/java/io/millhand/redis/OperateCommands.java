// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.config.GroupStart;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.delivery.GroupPause;
import io.millhand.error.NoGroupException;
import io.millhand.redis.Scripts.Run;
import io.millhand.redis.SendCommands.Added;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What an operator does to any stream and group; what must not come apart is one script. */
public final class OperateCommands extends Commands {

  /** Ids in one call of a script, and rows of one page: short stops of the server. */
  public static final int PAGE = 100;

  /** How many audit entries a stream keeps, about. */
  private static final int AUDIT_KEPT = 10_000;

  private final InspectCommands look;
  private final Function<String, SendCommands> sending;

  /** To a stream that another node serves, once one was added to. */
  private @Nullable SendCommands elsewhere;

  OperateCommands(Wire wire, Function<String, SendCommands> sending) {
    super(wire);
    this.sending = sending;
    this.look = new InspectCommands(wire);
  }

  /** What an inspector asks, on this connection. */
  public InspectCommands look() {
    return look;
  }

  /**
   * A group of a stream.
   *
   * @param name its name
   * @param delivered the last id that it was given
   */
  public record Group(String name, EntryId delivered) {}

  /**
   * All groups of a stream.
   *
   * @throws NoGroupException when there is no such stream
   */
  public List<Group> groups(String stream) {
    return Reply.list(info("GROUPS", stream)).stream()
        .map(Reply::map)
        .map(
            info ->
                new Group(
                    info.getOrDefault("name", ""),
                    EntryId.parse(info.getOrDefault("last-delivered-id", "0-0"))))
        .toList();
  }

  /**
   * The last id that a stream gave out.
   *
   * @throws NoGroupException when there is no such stream
   */
  public EntryId newest(String stream) {
    return EntryId.parse(
        Reply.map(info("STREAM", stream)).getOrDefault("last-generated-id", "0-0"));
  }

  private @Nullable Object info(String what, String stream) {
    var reply = wire.pipeline(List.of(Call.of(Verb.XINFO, what, stream))).get(0);
    if (reply instanceof ErrorReply error && error.text().startsWith("ERR no such key")) {
      throw new NoGroupException("there is no stream " + stream, null);
    }
    return wire.unwrap(reply, "XINFO " + what);
  }

  /** What became of an entry that was to change hands. */
  public enum Handed {
    /** It did. */
    DONE,
    /** Its body is gone from the stream; its pending record went, too. */
    TRIMMED,
    /** It is not pending, or not where it was looked for. */
    GONE
  }

  /** Makes those entries due now, of that consumer or of whoever has them; {@value #PAGE} ids. */
  public List<Handed> release(Keys keys, Optional<String> owner, List<EntryId> ids) {
    return handOver(Script.RELEASE, keys, owner.orElse(""), ids);
  }

  /** Gives those entries to a consumer; {@value #PAGE} ids at most. */
  public List<Handed> claim(Keys keys, String to, List<EntryId> ids) {
    return handOver(Script.CLAIM, keys, to, ids);
  }

  private List<Handed> handOver(Script script, Keys keys, String who, List<EntryId> ids) {
    var args = new ArrayList<Object>(List.of(who));
    args.addAll(ids);
    return Reply.list(run(script, keys, args.toArray())).stream()
        .map(word -> Handed.valueOf(Reply.text(word)))
        .toList();
  }

  /** What became of an entry that was to be given to its group again. */
  public enum Redelivered {
    /** It is due now. */
    DONE,
    /** It is pending already. */
    PENDING,
    /** Its body is gone from the stream. */
    TRIMMED,
    /** The group has not come to it yet, and will read it anyway. */
    UNREAD,
    /** There is no such group. */
    NONE
  }

  /**
   * Makes entries that the group was given, and that are pending no more, pending again, due now;
   * {@value #PAGE} ids at most.
   */
  public List<Redelivered> redeliver(Keys keys, List<EntryId> ids) {
    return Reply.list(run(Script.REDELIVER, keys, ids.toArray())).stream()
        .map(word -> Redelivered.valueOf(Reply.text(word)))
        .toList();
  }

  private @Nullable Object run(Script script, Keys keys, Object... args) {
    return wire.unwrap(
        wire.runAll(List.of(script(script, keys, args))).get(0), Scripts.describe(script));
  }

  /** An operator has no consumer and no boot id. */
  private static Run script(Script script, Keys keys, Object... args) {
    var all = new ArrayList<Object>(List.of(keys.group(), "", ""));
    all.addAll(List.of(args));
    return new Run(script, keys, all.toArray());
  }

  /** Acks those entries and forgets what is known of them; for each, whether it was pending. */
  public List<Boolean> ack(Keys keys, List<EntryId> ids) {
    var runs = ids.stream().map(id -> script(Script.ACK, keys, id)).toList();
    return wire.runAll(runs).stream()
        .map(reply -> Reply.number(wire.unwrap(reply, Scripts.describe(Script.ACK))) == 1)
        .toList();
  }

  /** What came of removing a consumer. */
  public enum Dismissed {
    /** It is gone. */
    REMOVED,
    /** There is none of that name. */
    NONE,
    /** Entries are pending there. */
    PENDING,
    /** It is a registered worker, and not known to be dead. */
    ALIVE,
    /** It is the reserved consumer. */
    RESERVED
  }

  /** A worker's registration, byte for byte; empty where there is none. */
  public String registration(Keys keys, String consumer) {
    var row = Reply.list(wire.call(Verb.HMGET, keys.info(), consumer)).get(0);
    return Reply.maybeText(row).orElse("");
  }

  /**
   * Whether that registration's connection is known to be gone: it belongs to the present run of
   * the server, which does not list it any more.
   */
  public boolean isGone(Registration worker) {
    var run = server().runId();
    if (worker.clientId().isEmpty() || run.isEmpty() || !run.equals(worker.runId())) {
      return false;
    }
    var id = worker.clientId().get();
    return Clients.among(wire, List.of(id)).filter(ids -> !ids.contains(id)).isPresent();
  }

  /**
   * Deletes a consumer on which nothing is pending.
   *
   * @param judged its registration, as it was judged dead; "" where it has none
   */
  public Dismissed dismiss(Keys keys, String consumer, String judged) {
    return Dismissed.valueOf(Reply.text(run(Script.DISMISS, keys, consumer, judged)));
  }

  /** What came of setting a group's position. */
  public sealed interface Positioned {
    /**
     * It was set.
     *
     * @param from the last id that the group had been given
     * @param to the one after which it goes on
     */
    record Ok(EntryId from, EntryId to) implements Positioned {}

    /**
     * It was not: the stream ends before.
     *
     * @param newest the last id of the stream
     */
    record Ahead(EntryId newest) implements Positioned {}

    /** There is no such group. */
    record None() implements Positioned {}
  }

  /** Sets after which entry a group goes on. */
  public Positioned setPosition(Keys keys, GroupStart where) {
    var reply = Reply.list(run(Script.SETID, keys, where.argument()));
    return switch (Reply.text(reply.get(0))) {
      case "OK" -> new Positioned.Ok(Reply.id(reply.get(1)), Reply.id(reply.get(2)));
      case "AHEAD" -> new Positioned.Ahead(Reply.id(reply.get(1)));
      default -> new Positioned.None();
    };
  }

  /** What a group may still have when it is destroyed. */
  public enum Despite {
    /** Nothing pending, no worker. */
    NOTHING,
    /** Pending entries. */
    PENDING,
    /** Registered workers. */
    WORKERS,
    /** Both. */
    BOTH;

    String unfinished() {
      return this == PENDING || this == BOTH ? "ANY" : "FINISHED";
    }

    String workers() {
      return this == WORKERS || this == BOTH ? "ANY" : "ALONE";
    }
  }

  /** What becomes of a destroyed group's dead letters. */
  public enum Letters {
    /** They stay. */
    KEEP,
    /** They are deleted, for good. */
    DELETE
  }

  /**
   * What came of destroying a group.
   *
   * @param result DESTROYED, NONE, PENDING or WORKERS
   * @param pending entries that were pending
   * @param workers registered workers
   * @param letters dead letters that were deleted
   */
  public record Disbanded(Result result, long pending, long workers, long letters) {
    /** Whether it was done. */
    public enum Result {
      /** It was. */
      DESTROYED,
      /** There is no such group, and nothing of it. */
      NONE,
      /** Not done: entries are pending. */
      PENDING,
      /** Not done: workers are registered. */
      WORKERS
    }
  }

  /** Destroys a group and our keys of it. */
  public Disbanded disband(Keys keys, Despite despite, Letters letters) {
    var reply =
        Reply.list(
            run(Script.DISBAND, keys, despite.unfinished(), despite.workers(), letters.name()));
    return new Disbanded(
        Disbanded.Result.valueOf(Reply.text(reply.get(0))),
        Reply.number(reply.get(1)),
        Reply.number(reply.get(2)),
        Reply.number(reply.get(3)));
  }

  /** How far a trim may go. */
  public enum Reach {
    /** Never past what some group has not finished. */
    FINISHED,
    /** Past it. */
    PAST
  }

  /**
   * What a trim did, or would do.
   *
   * @param first everything from this id on stays
   * @param holder the group whose unfinished work holds the stream there
   * @param groups how many groups there are
   * @param went how many entries went
   */
  public record Pruned(EntryId first, Optional<String> holder, long groups, long went) {}

  /** What {@link #trim} would do. */
  public Pruned planTrim(String stream, EntryId below, Reach reach) {
    return prune(stream, below, reach, "LOOK");
  }

  /** Removes what lies below that id, as far as it may. */
  public Pruned trim(String stream, EntryId below, Reach reach) {
    return prune(stream, below, reach, "TRIM");
  }

  private Pruned prune(String stream, EntryId below, Reach reach, String mode) {
    var reply = Reply.list(run(Script.PRUNE, Keys.of(stream, ""), below, reach.name(), mode));
    return new Pruned(
        Reply.id(reply.get(0)),
        Optional.of(Reply.text(reply.get(1))).filter(name -> !name.isEmpty()),
        Reply.number(reply.get(2)),
        Reply.number(reply.get(3)));
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
    return PutBack.valueOf(Reply.text(run(Script.PUTBACK, keys, letter, entry)));
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

  /** What came of pausing a group, or of ending its pause. */
  public sealed interface Paused {
    /**
     * It is paused; or it was, and is no more.
     *
     * @param pause who did it, when and why
     */
    record Done(GroupPause pause) implements Paused {}

    /**
     * It was paused before, and still is.
     *
     * @param pause by whom
     */
    record Already(GroupPause pause) implements Paused {}

    /** It was not paused. */
    record Running() implements Paused {}

    /** There is no such group. */
    record None() implements Paused {}
  }

  /** Pauses a group for all its workers. */
  public Paused pause(Keys keys, String who, String why) {
    return paused(run(Script.PAUSE, keys, PauseText.line(who), PauseText.line(why)));
  }

  /** Ends that. */
  public Paused resume(Keys keys) {
    return paused(run(Script.RESUME, keys));
  }

  private static Paused paused(@Nullable Object reply) {
    var parts = Reply.list(reply);
    return switch (Reply.text(parts.get(0))) {
      case "PAUSED", "RESUMED" -> new Paused.Done(pause(parts.get(1)));
      case "ALREADY" -> new Paused.Already(pause(parts.get(1)));
      case "RUNNING" -> new Paused.Running();
      default -> new Paused.None();
    };
  }

  private static GroupPause pause(@Nullable Object text) {
    return PauseText.parse(Reply.text(text)).orElse(new GroupPause("?", Instant.EPOCH, ""));
  }

  /** From which end to count. */
  public enum Direction {
    /** From the lowest id. */
    UP,
    /** From the highest id. */
    DOWN
  }

  /**
   * A page that was counted.
   *
   * @param entries how many
   * @param last the last of them, if any
   */
  public record Counted(long entries, Optional<EntryId> last) {}

  /** Counts a page of entries, {@value #PAGE} at most. */
  public Counted count(
      String stream, Direction direction, EntryId lowest, EntryId highest, int most) {
    var reply =
        Reply.list(run(Script.COUNT, Keys.of(stream, ""), direction.name(), lowest, highest, most));
    return new Counted(
        Reply.number(reply.get(0)),
        Reply.maybeText(reply.get(1)).filter(id -> !id.isEmpty()).map(EntryId::parse));
  }

  /** Adds entries in one write, in order, wherever that stream is; each can fail alone. */
  public List<Added> add(String stream, List<Fields> entries) {
    return wire.serves(stream)
        ? new SendCommands(wire, stream).add(entries)
        : elsewhere(stream).add(entries);
  }

  private SendCommands elsewhere(String stream) {
    var open = elsewhere;
    if (open == null || open.isBroken() || !open.stream().equals(stream)) {
      if (open != null) {
        open.close();
      }
      open = sending.apply(stream);
      elsewhere = open;
    }
    return open;
  }

  @Override
  public void close() {
    if (elsewhere != null) {
      elsewhere.close();
      elsewhere = null;
    }
    super.close();
  }

  /**
   * What a withdrawal took.
   *
   * @param deleted entries
   * @param acked pending records that went with them
   */
  public record Withdrawn(long deleted, long acked) {}

  /** Acks those entries for every group and deletes them; {@value #PAGE} ids at most. */
  public Withdrawn withdraw(String stream, List<EntryId> ids) {
    var reply = Reply.list(run(Script.WITHDRAW, Keys.of(stream, ""), ids.toArray()));
    return new Withdrawn(Reply.number(reply.get(0)), Reply.number(reply.get(1)));
  }

  /** Deletes entries of a stream; answers how many were there. */
  public long delete(String key, List<EntryId> ids) {
    var args = new ArrayList<Object>();
    args.add(key);
    args.addAll(ids);
    return Reply.number(wire.call(Verb.XDEL, args.toArray()));
  }

  /** The ACL user of this connection; empty where it may not ask. */
  public Optional<String> aclUser() {
    var reply = wire.pipeline(List.of(Call.of(Verb.ACL, "WHOAMI"))).get(0);
    return reply instanceof ErrorReply ? Optional.empty() : Reply.maybeText(reply);
  }

  /** Adds an entry to the audit stream of that stream, which keeps {@value #AUDIT_KEPT} or so. */
  public EntryId audit(String stream, Fields fields) {
    var args = new ArrayList<Object>(List.of(Keys.auditOf(stream), "MAXLEN", "~", AUDIT_KEPT, "*"));
    args.addAll(fields.pairs());
    return Reply.id(wire.call(Verb.XADD, args.toArray()));
  }
}
