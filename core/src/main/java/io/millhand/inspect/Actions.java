// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.delivery.GroupPause;
import io.millhand.inspect.Snapshots.PutBack;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an {@link Operator} is told to do, would do, and did. */
public final class Actions {

  private Actions() {}

  /**
   * Entries that were to change hands, or to be given up.
   *
   * @param done how many did
   * @param trimmed those whose bodies were gone from the stream: lost, and pending no more
   * @param missed those that were asked for by id and were left alone: not pending (any more), or
   *     that consumer's already
   */
  public record Handover(long done, List<EntryId> trimmed, List<EntryId> missed) {}

  /**
   * Entries that were to be delivered again.
   *
   * @param done how many are due now
   * @param pending those that are pending already, and stay as they are
   * @param trimmed those whose bodies are gone from the stream
   * @param unread those that the group has not come to, and will read anyway
   */
  public record Redelivery(
      long done, List<EntryId> pending, List<EntryId> trimmed, List<EntryId> unread) {}

  /** What becomes of the entries of a consumer that is to be removed. */
  public enum Pending {
    /** While there are any, the consumer is not removed. */
    REFUSE,
    /** They are made due now; then it is removed. */
    TAKE_OVER
  }

  /**
   * What came of removing a consumer.
   *
   * @param result whether it is gone
   * @param released entries that were made due now
   * @param trimmed entries of it whose bodies were gone from the stream
   */
  public record Removal(Removal.Result result, long released, List<EntryId> trimmed) {
    /** Whether a consumer is gone. */
    public enum Result {
      /** It is, by this. */
      REMOVED,
      /** There was none of that name. */
      NONE,
      /** Not removed: entries are pending there. */
      PENDING,
      /** Not removed: it is a registered worker, and not known to be dead. */
      ALIVE,
      /** Not removed: it is the reserved consumer, which owns what waits for a due time. */
      RESERVED
    }
  }

  /**
   * Where a group stands, and would go on.
   *
   * @param from the last id that it was given
   * @param to the id after which it would go on
   * @param again entries that it would be given again
   * @param skipped entries that it would never be given
   */
  public record PositionPlan(EntryId from, EntryId to, Lag again, Lag skipped) {}

  /**
   * A position that was set.
   *
   * @param from the last id that the group had been given
   * @param to the id after which it goes on
   */
  public record Position(EntryId from, EntryId to) {}

  /** What does not keep a group from being destroyed. */
  public enum Despite {
    /** Nothing: neither entries may be pending, deferred ones too, nor workers be registered. */
    NOTHING,
    /** Pending entries. */
    PENDING,
    /** Registered workers: one that lives makes the group anew, from the stream's beginning. */
    WORKERS,
    /** Both. */
    BOTH
  }

  /** What becomes of the dead letters of a group that is destroyed. */
  public enum Letters {
    /** They stay. */
    KEEP,
    /** They are deleted, for good. */
    DELETE
  }

  /**
   * What came of destroying a group.
   *
   * @param result whether it is gone
   * @param pending entries that were pending
   * @param workers registered workers
   * @param deadLetters dead letters that were deleted
   */
  public record Destruction(
      Destruction.Result result, long pending, long workers, long deadLetters) {
    /** Whether a group is gone. */
    public enum Result {
      /** It is, by this. */
      DESTROYED,
      /** There was none, and nothing of it. */
      NONE,
      /** Not destroyed: entries are pending. */
      PENDING,
      /** Not destroyed: workers are registered. */
      WORKERS
    }
  }

  /**
   * A group that is paused.
   *
   * @param result whether it is by this
   * @param pause who paused it, when and why
   */
  public record Paused(Paused.Result result, GroupPause pause) {
    /** Since when a group is paused. */
    public enum Result {
      /** Since now. */
      PAUSED,
      /** It was before; nothing was changed, the reason neither. */
      ALREADY
    }
  }

  /** What a trim is to remove, always from the oldest entry on. */
  public sealed interface TrimRule {
    /**
     * All that was added longer ago than that, by the server's clock.
     *
     * @param age not negative
     */
    record OlderThan(Duration age) implements TrimRule {}

    /**
     * All below an id.
     *
     * @param id stays
     */
    record Below(EntryId id) implements TrimRule {}

    /**
     * All but the newest.
     *
     * @param entries how many stay at least
     */
    record AllBut(long entries) implements TrimRule {}
  }

  /** How far a trim may go. */
  public enum Reach {
    /** Never past what some group has not finished. A stream without a group stays whole. */
    FINISHED,
    /** Past it: unfinished entries are lost to their groups. */
    PAST_UNFINISHED
  }

  /**
   * What a trim would remove.
   *
   * @param firstKept everything from this id on stays
   * @param entries how many would go
   * @param heldBy the group whose unfinished work keeps more from going
   * @param groups how many groups the stream has
   * @param losses what groups would lose; only with {@link Reach#PAST_UNFINISHED}
   */
  public record TrimPlan(
      EntryId firstKept, Lag entries, Optional<String> heldBy, long groups, List<Loss> losses) {}

  /**
   * What a group has not finished of entries that are to go.
   *
   * @param group its name
   * @param pending entries that are pending, deferred ones too
   * @param undelivered entries that it was never given
   */
  public record Loss(String group, Lag pending, Lag undelivered) {}

  /** Which entries are copied or moved. */
  public sealed interface Selection {
    /**
     * Those.
     *
     * @param ids which
     */
    record Ids(List<EntryId> ids) implements Selection {}

    /**
     * A range, the ends included, as far as it was there when the action began.
     *
     * @param from the lowest id
     * @param to the highest id
     * @param limit how many at most
     */
    record Range(EntryId from, EntryId to, long limit) implements Selection {}
  }

  /**
   * What a copy or a move did.
   *
   * @param added entries that were added to the other stream
   * @param deleted entries that were deleted from this one
   * @param acked pending records, of whichever group, that went with them
   * @param missing ids that were asked for and are not in the stream
   */
  public record Transfer(long added, long deleted, long acked, List<EntryId> missing) {}

  /**
   * What putting dead letters back did.
   *
   * @param done how many were put back
   * @param refused those that were not
   */
  public record PutBacks(long done, List<Refused> refused) {}

  /**
   * A dead letter that was not put back.
   *
   * @param letter its id
   * @param entry the id of its entry
   * @param why not
   */
  public record Refused(EntryId letter, EntryId entry, PutBack why) {}

  /**
   * A dead letter whose fields were added anew.
   *
   * @param letter its id; it is deleted
   * @param added the id of the new entry
   */
  public record AddedAnew(EntryId letter, EntryId added) {}

  /**
   * A dead letter as it was written to a file.
   *
   * @param facts what stands beside the fields; {@code ~id}, the entry's, is needed
   * @param fields the entry's, byte for byte
   */
  public record DeadLetterCopy(Map<String, String> facts, Fields fields) {}
}
