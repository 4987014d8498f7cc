// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.testkit.LedgerReport;
import io.millhand.verification.row.Measures;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Predicate;

/** What the ledgers of a trial prove, and the one line that it prints; the trial is told of all. */
public final class Proof {

  private final Trial trial;
  private final LedgerReport report;
  private final StringBuilder figures;

  Proof(Trial trial, LedgerReport report) {
    this.trial = trial.ledger(report);
    this.report = report;
    this.figures =
        new StringBuilder(
            "%s: sent %d, handled %d, dead %d, duplicates %d, overlaps %d, longest gap %s s"
                .formatted(
                    trial.test(),
                    report.sent(),
                    report.handled(),
                    report.dead().size(),
                    report.duplicates(),
                    report.overlaps(),
                    seconds(report.longestGap())));
  }

  /** Nothing that Redis confirmed is lost, and nothing was handled that nobody sent. */
  Proof nothingLost() {
    assertThat(report.lost()).as("lost, %s", report).isEmpty();
    return noGhosts();
  }

  /** Nothing is lost but what may be; that is told as Redis' own loss. */
  Proof nothingLostBut(Predicate<String> mayBeLost, String why) {
    var excused = report.lost().stream().filter(mayBeLost).count();
    if (excused > 0) {
      trial.lossByRedis(excused, why);
    }
    assertThat(report.lost()).as("lost, %s", report).allMatch(mayBeLost);
    return noGhosts();
  }

  private Proof noGhosts() {
    assertThat(report.ghosts()).as("ghosts, %s", report).isEmpty();
    return this;
  }

  /** No more entries were handled again than that. */
  public Proof duplicatesAtMost(long most) {
    assertThat(report.duplicates()).as("duplicates, %s", report).isLessThanOrEqualTo(most);
    return this;
  }

  /** No more entries than that were in two workers' hands at once. */
  public Proof overlapsAtMost(long most) {
    assertThat(report.overlaps()).as("overlaps, %s", report).isLessThanOrEqualTo(most);
    return this;
  }

  /** Something that was in that worker's hands at that moment was begun by another in time. */
  public Proof recoveredWithin(WorkerProcess victim, Instant from, Duration most) {
    var recovery = report.recovery(victim.name(), from);
    assertThat(recovery).as("recovery of %s, %s", victim.name(), report).isPresent();
    took(Measures.RECOVERY, recovery.get());
    assertThat(recovery.get()).as("recovery of %s", victim.name()).isLessThanOrEqualTo(most);
    return this;
  }

  /** How long something took. */
  public Proof took(String what, Duration time) {
    trial.measured(what, time);
    figures.append(", ").append(what).append(' ').append(seconds(time)).append(" s");
    return this;
  }

  /** Another figure. */
  public Proof also(String what, Object value) {
    trial.note(what + " " + value);
    figures.append(", ").append(what).append(' ').append(value);
    return this;
  }

  /** What the ledgers say. */
  public LedgerReport report() {
    return report;
  }

  /** Prints the line: also when an assertion has failed before. */
  void print() {
    System.out.println(figures);
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.2f", duration.toMillis() / 1000.0);
  }
}
