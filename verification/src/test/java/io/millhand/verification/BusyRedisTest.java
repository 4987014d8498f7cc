// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.verification.row.Measures.RECOVERY;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.RedisProbe;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.WorkerProcess;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A Redis that is there and answers late, not yet, or not to us, under worker processes at work.
 */
class BusyRedisTest {

  private static final Duration WORK = ofMillis(20);
  private static final Duration QUIET = ofSeconds(30);

  /** Longer than the lease. */
  private static final Duration LONG = ofSeconds(3);

  private EmbeddedRedis redis;
  private Rig rig;
  private List<WorkerProcess> workers;

  private void open(EmbeddedRedis server, Trial trial) {
    redis = server;
    rig = new Rig(redis, trial);
    workers = List.of(rig.worker("one", WORK), rig.worker("two", WORK));
    workers.forEach(WorkerProcess::awaitReady);
  }

  @AfterEach
  void close() {
    rig.close();
    redis.close();
  }

  @Test
  @Full
  @Row(
      id = "R13",
      fault = "kill -9 of Redis under load, and a restart that loads for 5 s or more",
      bound = "told once at start and end; <= 4 warnings each; duplicates 0; recovery <= 3 s")
  void a_redis_that_loads_for_long_is_waited_for_quietly(Trial trial) {
    open(
        EmbeddedRedis.builder()
            .config("appendonly", "yes")
            .config("appendfsync", "no")
            .config("key-load-delay", "1500")
            .startTimeout(ofSeconds(60))
            .start(),
        trial);
    rig.load().burst(1500);
    rig.group().awaitQuiet(QUIET);
    rig.load().steady(200);
    workers.forEach(worker -> worker.awaitLine("HANDLED 700", ofSeconds(20)));
    var down = Instant.now();
    redis.kill();
    redis.restart();
    var up = Instant.now();
    // Who waited for an answer all the time has met no outage: it has no end to tell.
    Rig.await(
        "all registered again",
        () -> workers.stream().allMatch(worker -> worker.lines("REGISTERED").size() > 1));
    var recovery = Duration.between(up, Instant.now());
    Rig.until(up, ofSeconds(2));
    rig.load().stop();

    var proof = rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0);
    proof.took("loading", Duration.between(down, up)).took(RECOVERY, recovery);
    assertThat(Duration.between(down, up)).isGreaterThan(ofSeconds(5));
    assertThat(recovery).isLessThan(LONG);
    toldOnce();
    rig.nobodyWasTakenForDead();
  }

  private void toldOnce() {
    assertThat(workers)
        .allSatisfy(
            worker -> {
              assertThat(worker.lines("OUTAGE")).hasSizeLessThanOrEqualTo(2);
              assertThat(worker.logged(" WARN ")).hasSizeLessThanOrEqualTo(4);
              assertThat(worker.logged(" ERROR ")).isEmpty();
              assertThat(worker.hastyOutages()).isEmpty();
            });
  }

  @Test
  @Full
  @Row(
      id = "R14",
      fault = "a script without end for 3 s, longer than a lease; SCRIPT KILL",
      bound = "duplicates 0; nobody taken for dead; told once at most")
  void a_script_of_somebody_else_that_blocks_redis_for_longer_than_a_lease_costs_only_time(
      Trial trial) {
    open(EmbeddedRedis.builder().config("lua-time-limit", "200").start(), trial);
    var load = rig.load().steady(300);
    workers.forEach(worker -> worker.awaitHandled(100));
    var script = CompletableFuture.runAsync(() -> redis.command("EVAL", "while true do end", "0"));
    Rig.let(LONG.plusMillis(trial.random().nextInt(500)));
    redis.command("SCRIPT", "KILL");
    assertThatThrownBy(script::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(RedisProbe.ErrorReply.class);
    Rig.let(ofSeconds(1));
    load.stop();

    rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0);
    toldOnce();
    rig.nobodyWasTakenForDead();
  }

  @Test
  @Full
  @Row(
      id = "R16",
      fault = "CLIENT PAUSE 3000 ALL, longer than a lease",
      bound = "duplicates 0; nobody taken for dead; no send fails")
  void a_pause_of_all_clients_costs_only_time(Trial trial) {
    pause("ALL", trial);
  }

  @Test
  @Full
  @Row(
      id = "R16",
      fault = "CLIENT PAUSE 3000 WRITE, longer than a lease",
      bound = "duplicates 0; nobody taken for dead; no send fails")
  void a_pause_of_all_writes_costs_only_time(Trial trial) {
    pause("WRITE", trial);
  }

  private void pause(String what, Trial trial) {
    open(EmbeddedRedis.start(), trial);
    var load = rig.load().steady(300);
    workers.forEach(worker -> worker.awaitHandled(100));
    for (int i = 0; i < 2; i++) {
      Rig.let(ofMillis(trial.random().nextInt(500)));
      redis.command("CLIENT", "PAUSE", Long.toString(LONG.toMillis()), what);
      Rig.let(LONG.plusMillis(500));
    }
    load.stop();

    rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0);
    assertThat(load.errors()).isEmpty();
    toldOnce();
    rig.nobodyWasTakenForDead();
  }

  @Test
  @Full
  @Row(
      id = "R24",
      fault = "SCRIPT FLUSH every 20 ms for 4 s under load with retries",
      bound =
          "duplicates 0; each attempt counted once; no send fails (a settlement that meets it twice in a row waits a second)")
  void scripts_that_are_flushed_again_and_again_are_loaded_again_and_do_nothing_twice(Trial trial) {
    open(EmbeddedRedis.start(), trial);
    rig.load().burst(300, "do", "fail-once").steady(300);
    var end = Instant.now().plusSeconds(4);
    while (Instant.now().isBefore(end)) {
      Rig.let(ofMillis(10 + trial.random().nextInt(20)));
      redis.command("SCRIPT", "FLUSH");
    }
    var load = rig.load().stop();

    rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0);
    assertThat(rig.lines("BEG")).hasSize(load.confirmed() + 300);
    assertThat(load.errors()).isEmpty();
    rig.nobodyWasTakenForDead();
  }
}
