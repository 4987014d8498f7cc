// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.EntryId;
import io.millhand.inspect.Snapshots.DeadLetter;
import io.millhand.inspect.Snapshots.FailureInfo;
import java.time.Duration;
import java.util.Optional;

/** Where an entry is in a group's work. */
public sealed interface Place {

  /**
   * The group has not been given it yet.
   *
   * @param ahead entries that it gets before this one
   */
  record Unread(Lag ahead) implements Place {}

  /**
   * A consumer has it.
   *
   * @param consumer who
   * @param since how long
   * @param deliveries how often it was handed out
   * @param failure what is known of its failures
   */
  record InHand(String consumer, Duration since, long deliveries, Optional<FailureInfo> failure)
      implements Place {}

  /**
   * It waits for a retry, or was handed back.
   *
   * @param dueIn time until it may be taken; 0 where it is due; empty where its due time is lost,
   *     which the keeper mends
   * @param failure why it waits; empty where it was handed back unattempted
   */
  record Deferred(Optional<Duration> dueIn, Optional<FailureInfo> failure) implements Place {}

  /**
   * It was given up.
   *
   * @param letter its dead letter
   */
  record Dead(DeadLetter letter) implements Place {}

  /** It was given to the group, and acked. */
  record Handled() implements Place {}

  /**
   * It was trimmed from the stream while somebody had it: the group loses it.
   *
   * @param consumer who
   */
  record TrimmedInHand(String consumer) implements Place {}

  /**
   * The stream does not have it any more; if it ever did, the group was given it and acked it (a
   * queue deletes what is acked), or it was trimmed before.
   *
   * @param oldest the stream's oldest entry
   */
  record Gone(Optional<EntryId> oldest) implements Place {}

  /**
   * No entry has had that id yet.
   *
   * @param newest the last id that was given out
   */
  record Never(EntryId newest) implements Place {}
}
