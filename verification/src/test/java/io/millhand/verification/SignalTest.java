// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.WorkerProcess;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signals that come twice, or at a bad moment. */
@WithRedis
@Full
class SignalTest {

  private static final Duration QUIET = ofSeconds(30);

  /** The exit status of a Java that got SIGTERM. */
  private static final int TERMINATED = 143;

  private EmbeddedRedis redis;
  private Rig rig;
  private Trial trial;

  @BeforeEach
  void open(EmbeddedRedis server, Trial trial) {
    this.trial = trial;
    redis = server;
    rig = new Rig(redis, trial);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  @Row(
      id = "W15",
      fault = "SIGTERM, then more SIGTERM and SIGINT, at a worker of the library",
      bound = "it drains to its end all the same: duplicates 0, status 0")
  void further_signals_do_not_cut_short_the_drain_of_the_library() {
    var leaver = rig.worker("leaver", ofMillis(500)).awaitReady();
    rig.worker("stayer", ofMillis(20)).awaitReady();
    rig.load().burst(600);
    leaver.awaitHandled(25);
    var stopped = leaver.terminate();
    for (var signal : List.of("TERM", "INT", "TERM")) {
      Rig.let(ofMillis(50 + trial.random().nextInt(100)));
      leaver.signal(signal);
    }

    assertThat(leaver.awaitExit(ofSeconds(8))).isZero();
    var took = Duration.between(stopped, Instant.now());
    rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0).took("exit", took);
    rig.nobodyWasTakenForDead();
  }

  @Test
  @Row(
      id = "W17",
      fault = "SIGTERM of 10 workers 0 to 1.5 s after their start, under load",
      bound = "exit <= 10 s with status 0 or 143; duplicates <= 64 in flight each; nobody stays")
  void a_worker_stopped_while_it_starts_ends_cleanly_and_leaves_nothing() {
    var stayer = rig.worker("stayer", ofMillis(20)).awaitReady();
    var load = rig.load().steady(200);
    stayer.awaitHandled(25);
    var statuses = new ArrayList<Integer>();
    for (int i = 0; i < 10; i++) {
      var victim = rig.worker("victim-" + i, ofMillis(20));
      Rig.let(ofMillis(trial.random().nextInt(1500)));
      victim.terminate();
      statuses.add(victim.awaitExit(ofSeconds(10)));
    }
    load.stop();

    var killed = statuses.stream().filter(status -> status != 0).count();
    rig.prove(QUIET)
        .duplicatesAtMost(killed * Rig.DUPLICATES_PER_KILL)
        .also("exit statuses", statuses);
    assertThat(statuses).allMatch(status -> status == 0 || status == TERMINATED);
    await()
        .atMost(ofSeconds(10))
        .untilAsserted(() -> assertThat(rig.group().workers()).containsExactly(stayer.consumer()));
  }

  @Test
  @Row(
      id = "W17",
      fault = "SIGTERM of both workers 0 to 300 ms after their group was destroyed, 3 times",
      bound = "exit <= 10 s with status 0; the next workers handle the rest")
  void workers_stopped_while_their_group_is_made_anew_end_cleanly_and_skip_nothing() {
    for (int round = 0; round < 3; round++) {
      var workers =
          List.of(rig.worker("a-" + round, ofMillis(20)), rig.worker("b-" + round, ofMillis(20)));
      workers.forEach(WorkerProcess::awaitReady);
      var before = rig.lines("BEG").size();
      rig.load().burst(400);
      await().atMost(QUIET).until(() -> rig.lines("BEG").size() > before + 100);
      redis.command("XGROUP", "DESTROY", Rig.STREAM, Rig.GROUP);
      Rig.let(ofMillis(trial.random().nextInt(300)));
      workers.forEach(WorkerProcess::terminate);
      for (var worker : workers) {
        assertThat(worker.awaitExit(ofSeconds(10))).isZero();
      }
    }
    rig.worker("heir", ofMillis(20)).awaitReady();
    rig.prove(QUIET);
  }
}
