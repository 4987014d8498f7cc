// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static io.millhand.testkit.Processes.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {

  @TempDir private Path folder;

  /** Writes records as fast as it can until it is killed. */
  static final class Scribe {
    public static void main(String[] args) {
      var ledger = Ledger.open(Path.of(args[0]), "scribe");
      System.out.println("ready");
      for (int i = 0; ; i++) {
        ledger.attempted("order-" + i);
        ledger.added("order-" + i, i + "-0");
        if (i == 1_000) {
          System.out.println("many");
        }
      }
    }
  }

  @Test
  void what_was_sent_and_not_handled_is_lost() {
    try (var producer = Ledger.open(folder, "producer");
        var worker = Ledger.open(folder, "worker-1")) {
      for (var id : new String[] {"handled", "dead", "lost", "unsent"}) {
        producer.attempted(id);
      }
      producer.added("handled", "1-1");
      producer.added("dead", "2-1");
      producer.added("lost", "3-1");
      worker.begun("handled", "w1", 1, 1);
      worker.ended("handled", "w1");
      worker.begun("lost", "w1", 1, 1);
      worker.failed("lost", "w1", "no money");
      worker.dead("dead", "w1", "cannot be read");
    }

    var report = Ledger.reconcile(folder);

    assertThat(report.lost()).containsExactly("lost");
    assertThat(report.dead()).containsExactly("dead");
    assertThat(report.ghosts()).isEmpty();
    assertThat(report.counts()).isEqualTo(new LedgerReport.Counts(4, 3, 1, 2, 1, 0, 0, 0, 0));
    assertThat(report).hasToString(report.counts() + " lost=[lost] ghosts=[] dead=1");
  }

  @Test
  void what_was_handled_and_never_sent_is_a_ghost_and_what_was_handled_twice_a_duplicate() {
    try (var worker = Ledger.open(folder, "worker-1")) {
      for (int i = 0; i < 3; i++) {
        worker.begun("7", "w1", 1, i);
        worker.ended("7", "w1");
        worker.settled("7", "w1", i < 2 ? "SET" : "FENCED");
      }
    }

    var report = Ledger.reconcile(folder);

    assertThat(report.ghosts()).containsExactly("7");
    assertThat(report.duplicates()).isEqualTo(2);
    assertThat(report.handled()).isEqualTo(1);
    assertThat(report.counts().settledTwice()).isEqualTo(1);
    assertThat(report.overlaps()).isZero();
  }

  @Test
  void two_workers_that_run_one_entry_at_the_same_time_are_seen() throws IOException {
    line("a", "BEG 1000000 7 w1 1 1 .", "END 3000000 7 w1 .");
    line(
        "b",
        "BEG 2000000 7 w2 1 2 .",
        "END 4000000 7 w2 .",
        "BEG 5000000 7 w2 1 2 .",
        "END 6000000 7 w2 .");

    assertThat(Ledger.reconcile(folder).overlaps()).isEqualTo(1);
  }

  @Test
  void a_run_without_end_overlaps_only_while_its_process_is_known_to_live() throws IOException {
    line("a", "BEG 1000000 7 w1 1 1 .", "BEG 1000000 8 w1 1 1 .", "END 3000000 8 w1 .");
    line("b", "BEG 2000000 7 w2 1 2 .", "END 4000000 7 w2 .");
    assertThat(Ledger.reconcile(folder).overlaps()).isEqualTo(1);

    line("b", "BEG 3500000 9 w2 1 2 .");
    line("c", "BEG 4000000 9 w3 1 2 .", "END 5000000 9 w3 .");
    assertThat(Ledger.reconcile(folder).overlaps()).isEqualTo(1);
  }

  @Test
  void recovery_is_the_time_from_the_kill_to_the_first_takeover_of_what_the_victim_had_under_way()
      throws IOException {
    line(
        "a",
        "BEG 1000000 1 w1 1 1 .",
        "END 1500000 1 w1 .",
        "BEG 1600000 2 w1 1 1 .",
        "BEG 1700000 3 w1 1 1 .");
    line(
        "b",
        "BEG 2500000 4 w2 1 1 .",
        "END 2600000 4 w2 .",
        "BEG 5000000 3 w2 1 2 .",
        "BEG 6000000 2 w2 1 2 .",
        "END 6100000 2 w2 .");

    var report = Ledger.reconcile(folder);

    var kill = Instant.ofEpochSecond(2);
    assertThat(report.recovery("w1", kill)).contains(Duration.ofSeconds(3));
    assertThat(report.recovery("w2", kill)).isEmpty();
    assertThat(report.firstEndAfter(kill)).contains(Instant.ofEpochMilli(2600));
    assertThat(report.firstEndAfter(Instant.ofEpochMilli(2600)))
        .contains(Instant.ofEpochMilli(6100));
    assertThat(report.firstEndAfter(Instant.ofEpochSecond(7))).isEmpty();
    assertThat(report.longestGap()).isEqualTo(Duration.ofMillis(3500));
  }

  @Test
  void a_torn_line_is_counted_and_does_not_swallow_the_next_process() throws IOException {
    line("worker-1", "END 1000000 1 w1 .");
    Files.writeString(
        folder.resolve("worker-1.ledger"), "END 1000000 2 w", StandardOpenOption.APPEND);
    assertThat(Ledger.reconcile(folder).counts().torn()).isEqualTo(1);

    try (var again = Ledger.open(folder, "worker-1")) {
      again.ended("3", "w1");
    }

    var report = Ledger.reconcile(folder);
    assertThat(report.handled()).isEqualTo(2);
    assertThat(report.ghosts()).containsExactly("1", "3");
    assertThat(report.counts().torn()).isEqualTo(1);
  }

  @Test
  void what_a_killed_process_wrote_is_there() {
    try (var scribe = ChildProcess.java(Scribe.class).args(folder.toString()).start()) {
      scribe.awaitLine(line -> line.equals("many"), SOON);
      scribe.signal("KILL");
      scribe.awaitExit(SOON);
    }

    var counts = Ledger.reconcile(folder).counts();

    assertThat(counts.sent()).isGreaterThan(1_000);
    assertThat(counts.attempted()).isBetween(counts.sent(), counts.sent() + 1);
    assertThat(counts.torn()).isLessThanOrEqualTo(1);
  }

  @Test
  void threads_that_write_at_once_do_not_mix_their_lines() {
    try (var ledger = Ledger.open(folder, "worker-1");
        var threads = Executors.newFixedThreadPool(8)) {
      IntStream.range(0, 8)
          .forEach(
              thread ->
                  threads.execute(
                      () -> {
                        for (int i = 0; i < 5_000; i++) {
                          ledger.begun(thread + "-" + i, "w" + thread, 1, 1);
                          ledger.ended(thread + "-" + i, "w" + thread);
                        }
                      }));
    }

    assertThat(Ledger.reconcile(folder).counts())
        .isEqualTo(new LedgerReport.Counts(0, 0, 40_000, 40_000, 0, 0, 0, 0, 0));
  }

  @Test
  void an_interrupted_handler_can_write_and_does_not_close_the_ledger_for_others() {
    try (var ledger = Ledger.open(folder, "worker-1")) {
      Thread.currentThread().interrupt();
      ledger.ended("1", "w1");
      assertThat(Thread.interrupted()).isTrue();
      ledger.ended("2", "w1");
    }
    assertThat(Ledger.reconcile(folder).handled()).isEqualTo(2);
  }

  @Test
  void ids_and_reasons_may_hold_anything() {
    var id = "100% of a\nline\t.";
    try (var ledger = Ledger.open(folder, "host/a b")) {
      ledger.attempted(id);
      ledger.added(id, "1-1");
      ledger.failed(id, "w 1", "two\nlines .\nand " + "x".repeat(10_000));
      assertThatThrownBy(() -> ledger.attempted("x".repeat(5_000)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> ledger.attempted("")).isInstanceOf(IllegalArgumentException.class);
    }
    var report = Ledger.reconcile(folder);
    assertThat(report.lost()).containsExactly(id);
    assertThat(report.counts().torn()).isZero();
  }

  private void line(String process, String... lines) throws IOException {
    Files.writeString(
        folder.resolve(process + ".ledger"),
        String.join("\n", lines) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
