// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What the ledgers of a run prove.
 *
 * <p>Times of different processes are compared by the host's wall clock, with microseconds, taken
 * just before the line is written. On one host that orders records to within the time that a thread
 * may wait for a processor, a few milliseconds on a busy machine; a step of the clock during the
 * run makes the times worthless (not the counts).
 */
public final class LedgerReport {

  /**
   * How often something happened.
   *
   * @param attempted ids whose sending was begun
   * @param sent ids that Redis confirmed
   * @param handled ids that a handler succeeded with
   * @param begun runs of a handler
   * @param failed runs that failed
   * @param duplicates successes beyond the first of an id
   * @param overlaps see {@link LedgerReport#overlaps}
   * @param settledTwice ids of which more than one settlement says that it took effect
   * @param torn lines that a process was writing when it was killed
   */
  public record Counts(
      long attempted,
      long sent,
      long handled,
      long begun,
      long failed,
      long duplicates,
      long overlaps,
      long settledTwice,
      long torn) {}

  private final Reconciliation reconciliation;
  private final Counts counts;
  private final Set<String> lost;
  private final Set<String> ghosts;
  private final Set<String> dead;

  LedgerReport(Reconciliation reconciliation) {
    this.reconciliation = reconciliation;
    this.counts = reconciliation.counts();
    this.lost = reconciliation.lost();
    this.ghosts = reconciliation.ghosts();
    this.dead = reconciliation.dead();
  }

  /** All numbers at once. */
  public Counts counts() {
    return counts;
  }

  /** How many ids Redis confirmed. */
  public long sent() {
    return counts.sent();
  }

  /** How many ids a handler succeeded with, each counted once. */
  public long handled() {
    return counts.handled();
  }

  /** Successes beyond the first of an id. */
  public long duplicates() {
    return counts.duplicates();
  }

  /**
   * Pairs of runs of one id by two workers that were under way at the same time. A run without end
   * (its process was killed) counts as under way until the last line of its process: up to there it
   * lived for sure.
   */
  public long overlaps() {
    return counts.overlaps();
  }

  /**
   * Ids that Redis confirmed, and that neither were handled nor became dead letters. The set that
   * must be empty.
   */
  public Set<String> lost() {
    return lost;
  }

  /** Ids that were handled, and that nobody ever tried to send. */
  public Set<String> ghosts() {
    return ghosts;
  }

  /** Ids that became dead letters. */
  public Set<String> dead() {
    return dead;
  }

  /** The first success after an instant. */
  public Optional<Instant> firstEndAfter(Instant instant) {
    return reconciliation.firstEndAfter(instant);
  }

  /** The longest time from one success to the next. */
  public Duration longestGap() {
    return reconciliation.longestGap();
  }

  /**
   * How long it took until somebody else began an id that was under way at a worker that then died:
   * from an instant (the kill) to the first such run.
   *
   * @return empty when nothing was under way there, or nobody took it over
   */
  public Optional<Duration> recovery(String worker, Instant from) {
    return reconciliation.recovery(worker, from);
  }

  @Override
  public String toString() {
    return "%s lost=%s ghosts=%s dead=%d"
        .formatted(counts, some(lost()), some(ghosts()), dead().size());
  }

  private static String some(Set<String> ids) {
    return ids.size() <= 20
        ? ids.toString()
        : ids.size() + " " + ids.stream().limit(20).toList() + "...";
  }
}
