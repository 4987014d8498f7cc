// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.EntryId;
import io.millhand.inspect.Snapshots.FailureInfo;
import java.time.Duration;
import java.util.Optional;

/**
 * An entry that is in the stream and behind its group, neither pending nor a dead letter, and of
 * which something tells that no handler succeeded with it.
 *
 * @param id the entry
 * @param evidence what tells so
 */
public record Stray(EntryId id, Evidence evidence) {

  /** What tells that an entry was not handled. It is evidence, and no proof. */
  public sealed interface Evidence {

    /**
     * A record of failures is left. Who acks an entry that has one removes it, and so does who
     * gives it up: so somebody deleted its consumer, or a client of another kind acked it.
     *
     * @param failure what it says
     */
    record Recorded(FailureInfo failure) implements Evidence {}

    /**
     * A due time is left: it waited for one, and somebody deleted its consumer or acked it. A
     * worker makes it pending again when it is due.
     *
     * @param dueIn time until then; 0 where it is due
     * @param failure why it waited, where that is known
     */
    record Scheduled(Duration dueIn, Optional<FailureInfo> failure) implements Evidence {}

    /**
     * An operator acked it.
     *
     * @param line who, and when
     */
    record GivenUp(AuditLine line) implements Evidence {}

    /**
     * An operator set the group forward, past it, before it was ever given out.
     *
     * @param line who, and when
     */
    record Skipped(AuditLine line) implements Evidence {}
  }
}
