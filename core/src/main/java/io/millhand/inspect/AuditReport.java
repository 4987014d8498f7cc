// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.EntryId;
import java.util.List;
import java.util.Optional;

/**
 * What an audit of a group found.
 *
 * @param stream its stream
 * @param group its name
 * @param lastDelivered the last id that it was given: what lies above is unread
 * @param strays entries that were not handled, as far as something tells, by id; as many as were
 *     asked for at most
 * @param count how many there are
 * @param untold entries up to there, about, of which nothing tells: acked after they were handled,
 *     or by somebody else, or older than the group. Redis keeps no record of an ack. Empty where
 *     that cannot be computed
 * @param unnamed entries that operators acked, and whose ids the audit stream does not hold
 * @param unread dead letters that were not looked at, since there are so many: an entry of one of
 *     these may be among the strays
 */
public record AuditReport(
    String stream,
    String group,
    EntryId lastDelivered,
    List<Stray> strays,
    Lag count,
    Optional<Long> untold,
    long unnamed,
    long unread) {

  /** Whether something was found. */
  public boolean hasStrays() {
    return count.entries() > 0;
  }
}
