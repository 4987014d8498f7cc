// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.verification.rig.Rig.CONCURRENCY;
import static io.millhand.verification.rig.Rig.MAX_IN_FLIGHT;
import static io.millhand.verification.row.Measures.RECOVERY;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.WorkerMain;
import io.millhand.verification.rig.WorkerProcess;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Redis that dies, forgets, or stands still, under worker processes at work. */
@WithRedis(persistent = true)
class RedisFaultTest {

  private static final Duration WORK = ofMillis(20);
  private static final Duration QUIET = ofSeconds(30);

  private EmbeddedRedis redis;
  private Rig rig;
  private List<WorkerProcess> workers;

  @BeforeEach
  void open(EmbeddedRedis server, Trial trial) {
    redis = server;
    rig = new Rig(redis, trial);
    workers =
        List.of(
            rig.worker("one", WORK, "drainTimeout=2s"), rig.worker("two", WORK, "drainTimeout=2s"));
    workers.forEach(WorkerProcess::awaitReady);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  @Row(
      id = "R1",
      fault = "kill -9 of Redis (AOF), restart",
      bound = "told once at start and end by each; duplicates 0")
  void an_outage_is_told_once_when_it_starts_and_once_when_it_ends() {
    rig.load().burst(100);
    rig.group().awaitQuiet(QUIET);
    redis.kill();
    workers.forEach(worker -> worker.awaitLine("OUTAGE started", ofSeconds(5)));
    redis.restart();
    workers.forEach(worker -> worker.awaitLine("OUTAGE ended", ofSeconds(10)));
    rig.load().burst(100, "do", "fail-once");

    rig.prove(QUIET).duplicatesAtMost(0);
    Rig.let(ofSeconds(2)); // every loop has something to say to Redis within a second
    assertThat(workers).allSatisfy(worker -> assertThat(worker.lines("OUTAGE")).hasSize(2));
  }

  @Test
  @Row(
      id = "R1",
      fault = "kill -9 of Redis (AOF) under load, restart 2 s later",
      bound = "duplicates 0; recovery <= 3 s after the restart; nobody taken for dead")
  void a_redis_that_is_killed_and_finds_its_append_only_file_loses_nothing() {
    var load = rig.load().steady(300);
    workers.forEach(worker -> worker.awaitHandled(100));
    var down = Instant.now();
    redis.kill();
    workers.forEach(worker -> worker.awaitLine("OUTAGE started", ofSeconds(5)));
    Rig.until(down, ofSeconds(2));
    redis.restart();
    var up = Instant.now();
    workers.forEach(worker -> worker.awaitLine("OUTAGE ended", ofSeconds(10)));
    Rig.until(up, ofSeconds(2));
    load.stop();

    var proof = rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0);
    var first = proof.report().firstEndAfter(up).orElseThrow();
    proof.also("uncertain", load.failed()).took(RECOVERY, Duration.between(up, first));
    assertThat(first).isBefore(up.plusSeconds(3));
    rig.nobodyWasTakenForDead();
  }

  @Test
  @Row(
      id = "R15",
      fault = "SIGSTOP of Redis for two leases",
      bound = "duplicates 0; nobody taken for dead")
  void a_redis_that_stands_still_for_longer_than_a_lease_gets_nobody_taken_for_dead() {
    rig.load().burst(3000);
    workers.forEach(worker -> worker.awaitHandled(200));
    var paused = Instant.now();
    redis.pause();
    Rig.until(paused, Rig.LEASE.multipliedBy(2));
    redis.resume();

    rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0);
    rig.nobodyWasTakenForDead();
  }

  @Test
  @Row(id = "R5", fault = "FLUSHALL under load", bound = "what is held is finished; duplicates 0")
  void after_a_flush_the_workers_finish_what_they_hold_and_go_on_with_a_new_group() {
    forgetEverything(() -> redis.command("FLUSHALL"));
  }

  @Test
  @Row(
      id = "R3",
      fault = "restart of Redis without data under load",
      bound = "what is held is finished; duplicates 0")
  void after_a_restart_without_data_the_workers_finish_what_they_hold_and_go_on_with_a_new_group() {
    forgetEverything(
        () -> {
          redis.kill();
          deleteAppendOnlyFiles(redis.dir());
          redis.restart();
        });
  }

  private void forgetEverything(Runnable fault) {
    rig.load().burst(400);
    rig.group().awaitQuiet(QUIET);
    // The measured pace lets them read far ahead: most of these wait in memory for a handler.
    rig.load().burst(3 * MAX_IN_FLIGHT / 2, "do", "sleep=1000");
    await()
        .atMost(ofSeconds(5))
        .until(() -> rig.lines("BEG").size() >= 400 + 2 * CONCURRENCY && read());
    fault.run();
    rig.load().burst(200);

    await()
        .atMost(ofSeconds(10))
        .until(() -> workers.stream().anyMatch(worker -> !worker.lines("RECREATED 0-0").isEmpty()));
    rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0);
    rig.nobodyWasTakenForDead();
  }

  private static void deleteAppendOnlyFiles(Path folder) {
    try (var files = Files.walk(folder)) {
      for (var file : files.filter(it -> it.getFileName().toString().contains("aof")).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean read() {
    return rig.group().undelivered() == 0;
  }

  @Test
  @Row(
      id = "W16",
      fault = "SIGTERM of workers while Redis is down",
      bound = "exit <= drainTimeout 2 s + 5 s; duplicates <= 64 in flight each")
  void a_worker_stopped_while_redis_is_down_ends_soon_and_what_it_held_is_handled_later() {
    rig.load().burst(400, "do", "sleep=100");
    workers.forEach(worker -> worker.awaitHandled(25));
    redis.kill();
    var stopped = Instant.now();
    workers.forEach(WorkerProcess::terminate);
    for (var worker : workers) {
      assertThat(worker.awaitExit(ofSeconds(7))).isEqualTo(WorkerMain.LEFT_BEHIND);
    }
    var took = Duration.between(stopped, Instant.now());
    redis.restart();
    rig.worker("heir", WORK);

    rig.prove(QUIET).duplicatesAtMost(2 * MAX_IN_FLIGHT).took("exit", took);
  }
}
