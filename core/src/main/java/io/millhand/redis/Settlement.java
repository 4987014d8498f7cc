// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.delivery.EntryId;
import java.time.Duration;
import java.util.List;

/** What is to be written about one delivery. */
public sealed interface Settlement {

  /** The entry. */
  EntryId id();

  /**
   * Ack it.
   *
   * @param id the entry
   */
  record Ack(EntryId id) implements Settlement {}

  /**
   * Ack it, and remove the records that are kept of it.
   *
   * @param id the entry
   */
  record AckRecorded(EntryId id) implements Settlement {}

  /**
   * Leave it pending for later.
   *
   * @param id the entry
   * @param deliveries the count it was delivered with
   * @param delay until it is due
   * @param leave the count to leave
   * @param idle the idle time to leave
   * @param attempts failed attempts to remember; -1 leaves the record as it is
   * @param crashes crashes to remember
   * @param error the last error
   */
  record Defer(
      EntryId id,
      long deliveries,
      Duration delay,
      long leave,
      Duration idle,
      int attempts,
      int crashes,
      String error)
      implements Settlement {}

  /**
   * Move it to the dead letters.
   *
   * @param id the entry
   * @param deliveries the count it was delivered with
   * @param limit how many dead letters to keep; 0 for all
   * @param facts names and values in turn
   */
  record Dead(EntryId id, long deliveries, long limit, List<String> facts) implements Settlement {}

  /** What became of it. */
  sealed interface Result {
    /** Written. */
    record Done() implements Result {}

    /** Gone from the stream in the meantime: lost to this group. */
    record Trimmed() implements Result {}

    /** Not pending any more, or owned by another. */
    record Fenced() implements Result {}

    /**
     * Refused; nothing was written.
     *
     * @param error why
     */
    record Refused(RuntimeException error) implements Result {}
  }
}
