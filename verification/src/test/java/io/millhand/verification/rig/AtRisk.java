// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import static java.time.Duration.ofSeconds;

import java.time.Duration;
import java.time.Instant;

/**
 * The time in which a master may have confirmed what the next one never had: the last moments
 * before it was cut off from its replicas, and then until nobody asked it any more.
 *
 * @param cut just before
 * @param left when it was gone, or the last had left it
 */
public record AtRisk(Instant cut, Instant left) {

  /**
   * How far a replica may be behind, and a ledger behind the answer that it tells of. A master
   * feeds its replicas in the same turn in which it answers, so this is how long a process may have
   * to wait for a processor.
   */
  public static final Duration LAG = ofSeconds(1);

  boolean covers(Instant confirmed) {
    return !confirmed.isBefore(cut.minus(LAG)) && !confirmed.isAfter(left.plus(LAG));
  }
}
