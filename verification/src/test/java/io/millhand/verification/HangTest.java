// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.Letter;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.WorkerMain;
import io.millhand.verification.rig.WorkerProcess;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Handlers that never return, in worker processes with a handlerTimeout of a second. */
@WithRedis
@Full
class HangTest {

  private static final Duration WORK = ofMillis(20);
  private static final Duration QUIET = ofSeconds(30);
  private static final String TIMED_OUT = "java.util.concurrent.TimeoutException";

  /** What a time-out may be late by on a busy machine. */
  private static final long LATE_MILLIS = 1500;

  private Rig rig;
  private Trial trial;

  @BeforeEach
  void open(EmbeddedRedis redis, Trial trial) {
    this.trial = trial;
    rig = new Rig(redis, trial);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private WorkerProcess worker(String name, String... more) {
    var settings = new String[2 + more.length];
    settings[0] = "handlerTimeout=1s";
    settings[1] = "maxAttempts=2";
    System.arraycopy(more, 0, settings, 2, more.length);
    return rig.worker(name, WORK, settings).awaitReady();
  }

  /** Sends them while others are sent all the time; answers them when all are dead letters. */
  private Set<String> hangUnderLoad(int count, String order) {
    var load = rig.load().steady(200);
    await().atMost(ofSeconds(10)).until(() -> rig.lines("END").size() > 100);
    var from = Instant.now();
    var bad = new HashSet<String>();
    for (int i = 0; i < count; i++) {
      Rig.let(ofMillis(trial.random().nextInt(50)));
      bad.add(load.send("do", order));
    }
    await().atMost(QUIET).until(() -> rig.group().dead().size() >= count);
    var until = Instant.now();
    load.stop();
    othersFlowed(from, until);
    return bad;
  }

  /** Of what was sent in that time four fifths were handled in that time, too. */
  private void othersFlowed(Instant from, Instant until) {
    var share = (double) count("END", from, until) / count("ADD", from, until);
    trial.note("throughput meanwhile %d %%".formatted(Math.round(share * 100)));
    assertThat(share).isGreaterThanOrEqualTo(0.8);
  }

  private long count(String kind, Instant from, Instant until) {
    return rig.lines(kind).stream()
        .mapToLong(words -> Long.parseLong(words.get(1)) / 1000)
        .filter(at -> at >= from.toEpochMilli() && at < until.toEpochMilli())
        .count();
  }

  private void timedOutAndDead(Set<String> names) {
    assertThat(rig.group().dead())
        .extracting(Letter::name)
        .containsExactlyInAnyOrderElementsOf(names);
    assertThat(rig.group().dead())
        .allSatisfy(
            letter -> {
              assertThat(letter.fact("~error")).isEqualTo(TIMED_OUT);
              assertThat(letter.fact("~attempts")).isEqualTo("2");
            });
    assertThat(rig.lines("BEG").stream().filter(words -> names.contains(words.get(2))))
        .hasSize(2 * names.size());
    rig.group().dead().forEach(this::timedOutInTime);
  }

  /** Redis' clock and the ledgers' are the host's. */
  private void timedOutInTime(Letter letter) {
    var ends = List.of(letter.fact("~first"), letter.fact("~last"));
    var begun =
        rig.lines("BEG").stream().filter(words -> words.get(2).equals(letter.name())).toList();
    for (int i = 0; i < 2; i++) {
      var ran = Long.parseLong(ends.get(i)) - Long.parseLong(begun.get(i).get(1)) / 1000;
      assertThat(ran).as("run %d of %s", i + 1, letter).isBetween(998L, 1000L + LATE_MILLIS);
    }
  }

  @Test
  @Row(
      id = "W7",
      fault = "8 of 16 handlers wait for ever, at each of 2 attempts, under load",
      bound =
          "interrupted after 1 s, late by 1.5 s at most, dead letters; throughput >= 80 %; duplicates 0")
  void handlers_that_hang_are_interrupted_and_dead_lettered_while_the_others_flow() {
    var worker = worker("one");
    var bad = hangUnderLoad(8, "hang");

    rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0);
    timedOutAndDead(bad);
    assertThat(rig.lines("FAIL"))
        .hasSize(16)
        .allMatch(words -> words.contains("InterruptedException"));
    assertThat(worker.stop()).isZero();
  }

  @Test
  @Row(
      id = "W7",
      fault =
          "8 handlers read from a silent socket and ignore their interrupt, 2 workers, under load",
      bound =
          "slots are replaced, throughput >= 80 %; begun once at each worker, then dead letters; exit <= drainTimeout 5 s + 5 s")
  void handlers_that_ignore_their_interrupt_are_replaced_and_tried_elsewhere() {
    var workers = List.of(worker("one", "threads=platform"), worker("two", "threads=platform"));
    var bad = hangUnderLoad(8, "block");

    rig.prove(QUIET).duplicatesAtMost(0);
    timedOutAndDead(bad);
    for (var worker : workers) {
      assertThat(rig.lines("BEG"))
          .filteredOn(words -> bad.contains(words.get(2)) && words.get(3).equals(worker.name()))
          .extracting(words -> words.get(2))
          .doesNotHaveDuplicates();
    }
    rig.nobodyWasTakenForDead();
    workers.forEach(WorkerProcess::terminate);
    for (var worker : workers) {
      assertThat(worker.awaitExit(ofSeconds(10))).isZero();
    }
  }

  @Test
  @Row(
      id = "W8",
      fault = "an endless loop that ignores interrupts, 2 workers, under load",
      bound =
          "heartbeats go on, nobody taken for dead; dead letter; throughput >= 80 %; duplicates 0")
  void a_handler_that_computes_for_ever_starves_neither_the_heartbeat_nor_the_others() {
    worker("one", "threads=platform");
    worker("two", "threads=platform");
    var bad = hangUnderLoad(1, "spin");

    rig.prove(QUIET).duplicatesAtMost(0);
    timedOutAndDead(bad);
    rig.nobodyWasTakenForDead();
  }

  @Test
  @Row(
      id = "W8",
      fault = "3 endless loops at a worker that may abandon 2",
      bound = "it drains and ends with status 3 within drainTimeout 5 s + 5 s; duplicates 0")
  void a_worker_with_too_many_abandoned_handlers_drains_and_ends_and_others_go_on() {
    var victim = worker("victim", "threads=platform", "maxAbandoned=2");
    var load = rig.load();
    for (int i = 0; i < 3; i++) {
      load.send("do", "spin");
    }
    load.burst(100);
    for (int i = 0; i < 3; i++) {
      var count = i + 1;
      await().atMost(ofSeconds(10)).until(() -> victim.lines("TIMED_OUT").size() >= count);
    }
    assertThat(victim.awaitExit(ofSeconds(10))).isEqualTo(WorkerMain.LEFT_BEHIND);
    assertThat(victim.lines("STOPPED").getFirst()).contains("3 handlers ran longer than");
    worker("heir", "threads=platform");

    rig.prove(QUIET).duplicatesAtMost(0);
  }
}
