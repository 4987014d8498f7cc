// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.config.GroupStart;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.delivery.GroupPause;
import io.millhand.error.MillhandException;
import io.millhand.error.NoGroupException;
import io.millhand.error.RefusedException;
import io.millhand.inspect.Actions.AddedAnew;
import io.millhand.inspect.Actions.DeadLetterCopy;
import io.millhand.inspect.Actions.Despite;
import io.millhand.inspect.Actions.Destruction;
import io.millhand.inspect.Actions.Handover;
import io.millhand.inspect.Actions.Letters;
import io.millhand.inspect.Actions.Paused;
import io.millhand.inspect.Actions.Pending;
import io.millhand.inspect.Actions.Position;
import io.millhand.inspect.Actions.PositionPlan;
import io.millhand.inspect.Actions.PutBacks;
import io.millhand.inspect.Actions.Reach;
import io.millhand.inspect.Actions.Redelivery;
import io.millhand.inspect.Actions.Removal;
import io.millhand.inspect.Actions.Selection;
import io.millhand.inspect.Actions.Transfer;
import io.millhand.inspect.Actions.TrimPlan;
import io.millhand.inspect.Actions.TrimRule;
import io.millhand.inspect.Snapshots.DeadLetter;
import io.millhand.redis.Keys;
import io.millhand.redis.OperateCommands;
import io.millhand.redis.OperateCommands.Positioned;
import io.millhand.redis.RedisStreams;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An operator's actions on groups and their entries. None of them loses an entry unless it was told
 * so by name, each can be repeated, and whatever changed something is recorded in the stream's
 * audit stream: who, what, how many (docs/protocol.md). Thread-safe: one action at a time.
 *
 * <p>Long actions go in steps of a hundred entries. What breaks off in the middle has done, and
 * recorded, a part; doing it again does the rest.
 *
 * <p>Every method throws {@link io.millhand.error.UnavailableException} when Redis cannot be used,
 * {@link io.millhand.error.DeniedException} when a permission is missing, and {@link
 * NoGroupException} when the stream or the group does not exist. An action that was done but could
 * not be recorded is logged as a warning, and throws nothing.
 */
public final class Operator implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.operator");

  private final String who;
  private final Turns<OperateCommands> turns;

  /**
   * The first action connects.
   *
   * @param streams the way to Redis
   * @param who stands in the audit stream, such as {@code user@host}
   */
  public Operator(RedisStreams streams, String who) {
    this.turns = new Turns<>(streams, (node, stream) -> streams.operating(stream));
    this.who = who;
  }

  private <R> R act(String stream, Function<OperateCommands, R> action) {
    return turns.at(stream, action);
  }

  private <R> R record(Keys keys, String what, Function<Deed, R> action) {
    var audit = new AuditEntry(keys.stream(), who, what);
    if (!keys.group().isEmpty()) {
      audit.with("group", keys.group());
    }
    try {
      return act(keys.stream(), redis -> action.apply(new Deed(redis, keys, audit)));
    } finally {
      if (audit.count() > 0) {
        write(audit);
      }
    }
  }

  /** On another connection where the first one broke. What was done stays done where that fails. */
  private void write(AuditEntry audit) {
    try {
      act(
          audit.stream(),
          redis -> {
            audit.write(redis);
            return audit;
          });
    } catch (MillhandException e) {
      log.warn("{} was done, but is not in the audit stream: {}", audit, e.getMessage());
    }
  }

  /**
   * Creates a group, and the stream where there is none; false when it exists already, and is left
   * as it is.
   */
  public boolean createGroup(String stream, String group, GroupStart start) {
    return record(
        Keys.of(stream, group),
        "group create",
        deed -> {
          var created = deed.redis().createGroup(stream, group, start);
          deed.audit().with("start", start.argument()).counts(created ? 1 : 0);
          return created;
        });
  }

  /**
   * Makes pending entries due now, for whichever worker comes first; no attempt and no delivery is
   * counted. Entries that wait for a retry come at once. A handler that has one of them goes on:
   * its success acks the entry, its failure does not count, and the entry may be handled twice.
   */
  public Handover release(String stream, String group, List<EntryId> ids) {
    return record(Keys.of(stream, group), "release", deed -> Entries.release(deed, ids));
  }

  /** The same with everything that is pending at a consumer when the call begins. */
  public Handover releaseAll(String stream, String group, String consumer) {
    return record(Keys.of(stream, group), "release", deed -> Entries.releaseAll(deed, consumer));
  }

  /**
   * Gives pending entries to a consumer by name, whoever has them. A worker of ours finds and
   * handles them soon; a client of another kind must look for itself. A consumer that does not
   * exist is made.
   *
   * @throws RefusedException for the reserved consumer: {@link #release} instead
   */
  public Handover claim(String stream, String group, String consumer, List<EntryId> ids) {
    return record(Keys.of(stream, group), "claim", deed -> Entries.claim(deed, consumer, ids));
  }

  /** Acks entries, which gives them up: nobody of the group handles them (again). */
  public Handover ack(String stream, String group, List<EntryId> ids) {
    return record(Keys.of(stream, group), "ack", deed -> Entries.ack(deed, ids));
  }

  /**
   * Has entries delivered again that the group was given and that are pending no more: they are due
   * now, for this group alone, with a fresh set of attempts. What was handled is handled twice. For
   * what an audit names ({@link Inspector#audit}); a dead letter is {@linkplain #putBack put back}.
   */
  public Redelivery redeliver(String stream, String group, List<EntryId> ids) {
    return record(Keys.of(stream, group), "redeliver", deed -> Entries.redeliver(deed, ids));
  }

  /**
   * Removes a consumer. A registered worker is removed only if Redis says that its connection is
   * gone; the keeper of a group at work does that by itself.
   */
  public Removal removeConsumer(String stream, String group, String consumer, Pending pending) {
    return record(
        Keys.of(stream, group),
        "consumer remove",
        deed -> Consumers.remove(deed, consumer, pending));
  }

  /** What {@link #setPosition} would do. Counted up to 10,000. */
  public PositionPlan planPosition(String stream, String group, GroupStart where) {
    return act(stream, redis -> Positions.plan(redis, Keys.of(stream, group), where));
  }

  /**
   * Sets after which entry a group goes on to read. Set back, it is given entries again, those that
   * are pending among them: they are handled twice. Set forward, it is never given what lies
   * between.
   *
   * @throws RefusedException when the stream ends before that id
   */
  public Position setPosition(String stream, String group, GroupStart where) {
    var keys = Keys.of(stream, group);
    return record(
        keys,
        "group set-id",
        deed ->
            switch (deed.redis().setPosition(keys, where)) {
              case Positioned.Ok ok -> {
                deed.audit().with("from", ok.from()).with("to", ok.to());
                deed.audit().counts(ok.from().equals(ok.to()) ? 0 : 1);
                yield new Position(ok.from(), ok.to());
              }
              case Positioned.Ahead ahead ->
                  throw new RefusedException(
                      "%s: the stream ends at %s; a group beyond that would never see what is added next. Nothing was changed: choose that id, or a lower one."
                          .formatted(keys, ahead.newest()));
              case Positioned.None none ->
                  throw new NoGroupException(
                      "the stream %s has no group %s".formatted(stream, group), null);
            });
  }

  /**
   * Destroys a group and what we keep of it; its entries stay in the stream. There is no harm in
   * destroying one that does not exist.
   */
  public Destruction destroyGroup(String stream, String group, Despite despite, Letters letters) {
    return record(
        Keys.of(stream, group), "group destroy", deed -> Consumers.destroy(deed, despite, letters));
  }

  /**
   * Pauses a group for all its workers, those that start later too, until {@link #resume}: within
   * one heartbeat they ask for nothing more, due entries neither; what they hold is finished, and
   * their heartbeats and the keeper go on. Clients of other kinds are not held. A group that is
   * paused already keeps its first reason.
   *
   * @param why in words, for people; may be empty
   */
  public Paused pause(String stream, String group, String why) {
    return record(Keys.of(stream, group), "pause", deed -> Pausing.pause(deed, who, why));
  }

  /**
   * Ends a group's pause. A worker that was paused by itself stays so.
   *
   * @return the pause that ended; empty when the group was not paused
   */
  public Optional<GroupPause> resume(String stream, String group) {
    return record(Keys.of(stream, group), "resume", Pausing::resume);
  }

  /** What {@link #trim} would remove. Counted up to 10,000. */
  public TrimPlan planTrim(String stream, TrimRule rule, Reach reach) {
    return act(stream, redis -> Trims.plan(redis, stream, rule, reach));
  }

  /**
   * Removes entries from the old end of a stream.
   *
   * @return how many
   */
  public long trim(String stream, TrimRule rule, Reach reach) {
    return record(Keys.of(stream, ""), "trim", deed -> Trims.trim(deed, rule, reach));
  }

  /** How many entries a selection has now. Counted up to 10,000. */
  public Lag count(String stream, Selection selection) {
    return act(stream, redis -> Transfers.count(redis, stream, selection));
  }

  /**
   * Adds copies of entries to another stream, in order, under new ids. One that is broken off and
   * repeated adds some twice, and leaves none out.
   */
  public Transfer copy(String stream, Selection selection, String target) {
    return record(Keys.of(stream, ""), "copy", deed -> Transfers.copy(deed, selection, target));
  }

  /**
   * Adds entries to another stream, and then takes them out of this one: acked for every group, and
   * deleted. One that is broken off leaves some in both streams, and none in neither. A handler
   * that has one of them goes on.
   */
  public Transfer move(String stream, Selection selection, String target) {
    return record(Keys.of(stream, ""), "move", deed -> Transfers.move(deed, selection, target));
  }

  /**
   * Puts dead letters back: their entries are due now, for this group alone, with a fresh set of
   * attempts. They are taken one by one, so that whoever gives them sets the pace.
   */
  public PutBacks putBack(String stream, String group, Iterable<DeadLetter> letters) {
    return record(Keys.of(stream, group), "dead retry", deed -> DeadActions.putBack(deed, letters));
  }

  /**
   * Adds the fields of dead letters, changed or not, to the stream as new entries, and removes the
   * dead letters. <strong>Every</strong> group of the stream will see the new entries. One that
   * breaks off between the two leaves both.
   *
   * @param letters taken one by one; those that keep no fields are passed over
   * @param edit what to change
   */
  public List<AddedAnew> addAnew(
      String stream, String group, Iterable<DeadLetter> letters, UnaryOperator<Fields> edit) {
    return record(
        Keys.of(stream, group), "dead add-anew", deed -> DeadActions.addAnew(deed, letters, edit));
  }

  /**
   * Deletes dead letters for good.
   *
   * @return how many were there
   */
  public long purge(String stream, String group, Iterable<DeadLetter> letters) {
    return record(Keys.of(stream, group), "dead purge", deed -> DeadActions.purge(deed, letters));
  }

  /**
   * Adds dead letters that were written elsewhere, or earlier, under new ids. Those that the group
   * has already, by entry and time, are passed over.
   *
   * @return how many were added
   */
  public long importDead(String stream, String group, Iterable<DeadLetterCopy> letters) {
    return record(Keys.of(stream, group), "dead import", deed -> DeadActions.load(deed, letters));
  }

  @Override
  public void close() {
    turns.close();
  }
}
