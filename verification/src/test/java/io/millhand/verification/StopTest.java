// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.verification.rig.Rig.CONCURRENCY;
import static io.millhand.verification.rig.Rig.MAX_IN_FLIGHT;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.HandedOn;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.WorkerMain;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Worker processes that get SIGTERM. */
@WithRedis
class StopTest {

  private static final Duration QUIET = ofSeconds(30);

  /** What a stopping worker waits for a Redis that does not answer, beyond drainTimeout. */
  private static final Duration LAST_WORDS = ofSeconds(5);

  private EmbeddedRedis redis;
  private Rig rig;

  @BeforeEach
  void open(EmbeddedRedis server, Trial trial) {
    redis = server;
    rig = new Rig(redis, trial);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  @Row(
      id = "W13",
      fault = "SIGTERM of a worker under load",
      bound = "duplicates 0; exit <= 5 s; what is handed on begins < 2 s")
  void a_worker_stopped_under_load_finishes_what_runs_and_hands_on_what_waits_at_once() {
    var stayer = rig.worker("stayer", ofMillis(300), "concurrency=64").awaitReady();
    var leaver = rig.worker("leaver", ofMillis(300)).awaitReady();
    rig.load().burst(1500);
    leaver.awaitHandled(50);
    var stopped = leaver.terminate();

    assertThat(leaver.awaitExit(ofSeconds(5))).isZero();
    var took = Duration.between(stopped, Instant.now());
    assertThat(rig.group().consumers()).doesNotContain(leaver.consumer());
    assertThat(rig.group().workers()).containsExactly(stayer.consumer());
    var proof = rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0);
    var released = leaver.lines("RELEASED").size();
    assertThat(released).isPositive();
    var begun = HandedOn.longestWait(rig, leaver, stopped).orElseThrow();
    proof.took("exit", took).also("released", released).took("handed on", begun);
    assertThat(begun).isLessThan(ofSeconds(2));
  }

  @Test
  @Row(
      id = "W14",
      fault = "SIGTERM of a worker, handlers longer than drainTimeout",
      bound = "duplicates 0; exit <= 6 s; no attempt counted")
  void a_handler_longer_than_drain_timeout_is_interrupted_and_its_entry_handed_on_unattempted() {
    var leaver = rig.worker("leaver", ofSeconds(30), "drainTimeout=1s").awaitReady();
    rig.load().burst(CONCURRENCY + 4);
    await().atMost(ofSeconds(10)).until(() -> rig.lines("BEG").size() == CONCURRENCY);
    var heir = rig.worker("heir", ofMillis(20)).awaitReady();
    var stopped = leaver.terminate();

    assertThat(leaver.awaitExit(ofSeconds(6))).isZero();
    var took = Duration.between(stopped, Instant.now());
    rig.prove(QUIET).duplicatesAtMost(0).took("exit", took);
    assertThat(leaver.lines("RELEASED")).hasSize(CONCURRENCY);
    assertThat(rig.lines("FAIL")).hasSize(CONCURRENCY);
    assertThat(rig.lines("BEG")).extracting(words -> words.get(4)).containsOnly("1");
    assertThat(rig.group().workers()).containsExactly(heir.consumer());
  }

  @Test
  @Row(
      id = "W16",
      fault = "SIGTERM of a worker while Redis does not answer",
      bound = "exit <= drainTimeout 2 s + 5 s; duplicates <= 64 in flight")
  void a_worker_stopped_while_redis_does_not_answer_ends_soon_after_drain_timeout() {
    var leaver = rig.worker("leaver", ofMillis(300), "drainTimeout=2s").awaitReady();
    rig.load().burst(400);
    leaver.awaitHandled(50);
    redis.pause();
    var stopped = leaver.terminate();
    try {
      assertThat(leaver.awaitExit(ofSeconds(2).plus(LAST_WORDS))).isEqualTo(WorkerMain.LEFT_BEHIND);
    } finally {
      redis.resume();
    }
    var took = Duration.between(stopped, Instant.now());
    rig.worker("heir", ofMillis(20));

    rig.prove(QUIET).duplicatesAtMost(MAX_IN_FLIGHT).took("exit", took);
  }
}
