// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.row;

import io.millhand.testkit.LedgerReport;
import java.util.List;
import java.util.Map;

/**
 * What a trial measured, as it is written into the results.
 *
 * @param ledger what the ledgers prove; empty when there were none
 * @param lostByRedis how many of the lost Redis itself lost, which is told and no failure
 * @param millis times by what took them, in milliseconds
 * @param notes what else is worth a word
 * @param servers programs and versions, such as {@code redis-server 7.0.15}
 */
public record Measures(
    List<Figures> ledger,
    long lostByRedis,
    Map<String, Long> millis,
    List<String> notes,
    List<String> servers) {

  /** The time from the fault until work went on. */
  public static final String RECOVERY = "recovery";

  /** Nothing. */
  public static final Measures NONE = new Measures(List.of(), 0, Map.of(), List.of(), List.of());

  /**
   * What ledgers prove; see {@link LedgerReport}.
   *
   * @param sent ids that Redis confirmed
   * @param handled ids that a handler succeeded with
   * @param lost ids that were sent and neither handled nor became dead letters
   * @param ghosts ids that were handled and never sent
   * @param duplicates successes beyond the first of an id
   * @param overlaps concurrent duplicates: runs of one id by two workers at once
   * @param settledTwice ids of which more than one settlement took effect
   */
  public record Figures(
      long sent,
      long handled,
      long lost,
      long ghosts,
      long duplicates,
      long overlaps,
      long settledTwice) {

    static Figures of(LedgerReport report) {
      return new Figures(
          report.sent(),
          report.handled(),
          report.lost().size(),
          report.ghosts().size(),
          report.duplicates(),
          report.overlaps(),
          report.counts().settledTwice());
    }
  }
}
