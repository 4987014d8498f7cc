// SPDX-License-Identifier: Apache-2.0
package io.millhand.event;

import io.millhand.delivery.Delivery;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.GroupPause;
import io.millhand.delivery.Origin;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that a worker did or met. Each tells its stream, group and consumer in {@link #by()}.
 */
public sealed interface Event {

  /** Whose event this is. */
  Worker by();

  /**
   * A worker's identity in events.
   *
   * @param source stream and group
   * @param consumer its consumer name
   */
  record Worker(Delivery.Source source, String consumer) {
    @Override
    public String toString() {
      return source + " " + consumer;
    }
  }

  /**
   * The worker's state changed.
   *
   * @param by the worker
   * @param from the state before
   * @param to the state now
   * @param cause why it failed, where it did
   */
  record StateChanged(Worker by, State from, State to, @Nullable Throwable cause)
      implements Event {}

  /** A worker's states. */
  enum State {
    /** Built, not started. */
    NEW,
    /** Reads and handles. */
    RUNNING,
    /** Reads nothing, since it or its group is paused; its heartbeat goes on. */
    PAUSED,
    /** Reads nothing more, finishes or releases what it holds, then leaves. */
    DRAINING,
    /** Left. Final. */
    STOPPED,
    /** Gave up, after draining as far as it could. Final. */
    FAILED
  }

  /**
   * The group was paused for all its workers: this one asks for nothing until {@link GroupResumed}.
   * Also told by a worker that starts meanwhile.
   *
   * @param by the worker
   * @param pause who did it, when and why
   */
  record GroupPaused(Worker by, GroupPause pause) implements Event {}

  /**
   * The group's pause has ended. The worker goes on, unless it is paused itself.
   *
   * @param by the worker
   */
  record GroupResumed(Worker by) implements Event {}

  /**
   * Entries came in.
   *
   * @param by the worker
   * @param origin where they came from
   * @param count how many
   */
  record Read(Worker by, Origin origin, int count) implements Event {}

  /**
   * A handler begins.
   *
   * @param by the worker
   * @param id the entry
   * @param count its history
   * @param origin how it came here
   * @param waited how long it had waited here since it was read
   */
  record Started(Worker by, EntryId id, Delivery.Count count, Origin origin, Duration waited)
      implements Event {}

  /**
   * An entry was handled, and Redis has confirmed the ack.
   *
   * @param by the worker
   * @param id the entry
   * @param took how long the handler ran
   * @param age how long ago the entry was added, by its id and the server's clock as the last
   *     heartbeat told it; means nothing where somebody chose ids that are no times
   */
  record Acked(Worker by, EntryId id, Duration took, Duration age) implements Event {}

  /**
   * An entry waits for a later delivery, and Redis has confirmed it.
   *
   * @param by the worker
   * @param id the entry
   * @param attempts failed attempts so far
   * @param after how long it waits
   * @param cause why the attempt failed; null where the handler asked for the delay
   * @param took how long the handler ran
   */
  record Deferred(
      Worker by, EntryId id, int attempts, Duration after, @Nullable Throwable cause, Duration took)
      implements Event {}

  /**
   * An entry was handed back unattempted, and Redis has confirmed it.
   *
   * @param by the worker
   * @param id the entry
   */
  record Released(Worker by, EntryId id) implements Event {}

  /**
   * An entry was moved to the dead-letter stream, and Redis has confirmed it.
   *
   * @param by the worker
   * @param id the entry
   * @param end which kind of end it is
   * @param reason why, in words
   * @param attempts failed attempts
   * @param cause the last error, if one
   * @param took how long the handler ran; 0 where none began
   * @param age how long ago the entry was added; see {@link Acked}
   */
  record DeadLettered(
      Worker by,
      EntryId id,
      End end,
      String reason,
      int attempts,
      @Nullable Throwable cause,
      Duration took,
      Duration age)
      implements Event {}

  /** Why an entry went to the dead letters. */
  enum End {
    /** It failed as often as the retry policy allows. */
    ATTEMPTS,
    /** The retry policy does not retry its error; attempts were left. */
    FATAL,
    /** The handler said so. */
    HANDLER,
    /** It cannot be read as what it should be. */
    UNDECODABLE,
    /** Too many workers died while they held it. */
    CRASHES
  }

  /**
   * The limit of the dead-letter stream dropped its oldest: a loss that the limit asked for.
   *
   * @param by the worker
   * @param count how many
   */
  record DeadLettersDropped(Worker by, long count) implements Event {}

  /**
   * A handler ran longer than handlerTimeout and was interrupted; its entry is settled as failed.
   *
   * @param by the worker
   * @param id the entry
   * @param timeout the limit
   */
  record TimedOut(Worker by, EntryId id, Duration timeout) implements Event {}

  /**
   * A handler that had timed out, and been settled as failed, did end.
   *
   * @param by the worker
   * @param id the entry
   */
  record AbandonedEnded(Worker by, EntryId id) implements Event {}

  /**
   * Entries that others trimmed or deleted while they were pending: lost to this group, counted and
   * reported.
   *
   * @param by the worker
   * @param ids which
   */
  record Trimmed(Worker by, List<EntryId> ids) implements Event {}

  /**
   * A settlement came too late: by then another consumer owned the entry, or it had been settled.
   *
   * @param by the worker
   * @param id the entry
   * @param took how long the handler ran; 0 where none began
   */
  record Fenced(Worker by, EntryId id, Duration took) implements Event {}

  /**
   * Redis refused a settlement for a reason that is no outage; it is tried again by itself.
   *
   * @param by the worker
   * @param id the entry
   * @param cause the refusal
   */
  record SettleRefused(Worker by, EntryId id, Throwable cause) implements Event {}

  /**
   * Fewer entries were pending than were acked: someone else had settled them, or the group had
   * lost them.
   *
   * @param by the worker
   * @param count how many
   */
  record AckMissing(Worker by, long count) implements Event {}

  /**
   * An entry that waited for its due time had lost its pending record; it was restored.
   *
   * @param by the worker
   * @param ids which
   */
  record Restored(Worker by, List<EntryId> ids) implements Event {}

  /**
   * The worker is registered under its name: it has started, or was fenced off and is back.
   *
   * @param by the worker
   */
  record Registered(Worker by) implements Event {}

  /**
   * The worker was taken for dead, or may have been, since its connection broke or its heartbeat
   * came late: it starts no handler until it is {@link Registered} again.
   *
   * @param by the worker
   * @param why in words
   */
  record FencedOff(Worker by, String why) implements Event {}

  /**
   * Entries that this worker held have gone to others in the meantime; those not begun were dropped
   * here.
   *
   * @param by the worker
   * @param ids which
   */
  record Disowned(Worker by, List<EntryId> ids) implements Event {}

  /**
   * This worker became, or is no longer, the keeper of the group.
   *
   * @param by the worker
   * @param keeps whether it is now
   */
  record KeeperChanged(Worker by, boolean keeps) implements Event {}

  /**
   * The keeper judged another worker dead.
   *
   * @param by the keeper
   * @param consumer the dead one
   * @param why by which sign
   */
  record WorkerDied(Worker by, String consumer, String why) implements Event {}

  /**
   * The keeper made due now what another consumer left pending.
   *
   * @param by the keeper
   * @param consumer whose entries they were
   * @param count how many
   */
  record Reclaimed(Worker by, String consumer, int count) implements Event {}

  /**
   * The keeper deleted a dead worker's empty consumer and its registration.
   *
   * @param by the keeper
   * @param consumer the dead one
   */
  record Buried(Worker by, String consumer) implements Event {}

  /**
   * The keeper trimmed the stream.
   *
   * @param by the keeper
   * @param count how many entries went
   */
  record StreamTrimmed(Worker by, long count) implements Event {}

  /**
   * The hard cap took entries that a group of the stream had not finished: a loss that the cap
   * asked for. What was in a handler's hands just then may be handled all the same.
   *
   * @param by the keeper
   * @param group the group that lost them, ours or another
   * @param pending entries that were pending there
   * @param unread entries that it had not been given
   */
  record CapLoss(Worker by, String group, long pending, long unread) implements Event {}

  /**
   * What is acked should be deleted, and is not: the stream has other groups, which may want it.
   * Told when the keeper finds them, and when they change.
   *
   * @param by the keeper
   * @param groups the others
   */
  record DeletesNothing(Worker by, List<String> groups) implements Event {}

  /**
   * The server's clock jumped; entries of consumers that are not ours are not judged by idle time
   * for a while.
   *
   * @param by the keeper
   * @param jump how far
   */
  record ClockJumped(Worker by, Duration jump) implements Event {}

  /**
   * The group was created.
   *
   * @param by the worker
   * @param start the id after which it reads
   */
  record GroupCreated(Worker by, EntryId start) implements Event {}

  /**
   * The group was gone and has been made anew: Redis lost data, or an operator deleted it. What was
   * unfinished, as far as the stream still has it, is handled again.
   *
   * @param by the worker
   * @param start the id after which it reads
   */
  record GroupRecreated(Worker by, EntryId start) implements Event {}

  /**
   * Redis cannot be used.
   *
   * @param by the worker
   * @param cause why
   */
  record OutageStarted(Worker by, Throwable cause) implements Event {}

  /**
   * Redis can be used again.
   *
   * @param by the worker
   * @param lasted how long it could not
   * @param failures how many tries failed meanwhile
   */
  record OutageEnded(Worker by, Duration lasted, long failures) implements Event {}

  /**
   * The partitions that a process works on have changed; others had or get the rest. Told by the
   * whole of a partitioned worker: its stream is the partitioned one, its consumer the member.
   *
   * @param by the member
   * @param streams the streams that fall to it now
   * @param members how many share all of them
   */
  record Assigned(Worker by, List<String> streams, int members) implements Event {}

  /**
   * The worker has drained; its last change of state follows.
   *
   * @param by the worker
   * @param report how it went
   */
  record Drained(Worker by, DrainReport report) implements Event {}
}
