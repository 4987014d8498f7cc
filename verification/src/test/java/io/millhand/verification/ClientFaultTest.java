// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.verification.rig.Rig.MAX_IN_FLIGHT;
import static io.millhand.verification.row.Measures.RECOVERY;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millhand.Millhand;
import io.millhand.error.UnavailableException;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.WorkerProcess;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Redis ends, refuses or limits the connections of worker processes at work. */
@WithRedis(persistent = true)
class ClientFaultTest {

  private static final Duration WORK = ofMillis(20);
  private static final Duration QUIET = ofSeconds(30);

  private static final int LARGE = 100;

  private EmbeddedRedis redis;
  private Rig rig;
  private List<WorkerProcess> workers;

  @BeforeEach
  void open(EmbeddedRedis server, Trial trial) {
    redis = server;
    rig = new Rig(redis, trial);
    workers = List.of(rig.worker("one", WORK), rig.worker("two", WORK));
    workers.forEach(WorkerProcess::awaitReady);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  @Full
  @Row(
      id = "R17",
      fault = "CLIENT KILL TYPE normal every 200 ms for 6 s under load",
      bound = "duplicates 0; no thread and no connection more than before")
  void a_storm_of_client_kills_loses_and_repeats_nothing_and_leaks_nothing(Trial trial) {
    var load = rig.load().burst(200).steady(300);
    workers.forEach(worker -> worker.awaitHandled(50));
    var connections = rig.group().connections();
    var threads = workers.stream().mapToLong(WorkerProcess::threads).sum();
    var kills = 0;
    for (var end = Instant.now().plusSeconds(6); Instant.now().isBefore(end); kills++) {
      Rig.let(ofMillis(100 + trial.random().nextInt(200)));
      redis.command("CLIENT", "KILL", "TYPE", "normal");
    }
    load.stop();

    rig.prove(QUIET).duplicatesAtMost(0).also("kills", kills);
    await().atMost(ofSeconds(10)).until(() -> rig.group().connections() <= connections);
    await()
        .atMost(ofSeconds(10))
        .until(() -> workers.stream().mapToLong(WorkerProcess::threads).sum() <= threads);
    rig.nobodyWasTakenForDead();
  }

  @Test
  @Full
  @Row(
      id = "R18",
      fault = "connections refused for 8 s",
      bound =
          "CPU < 5 % each from the third second on; one warning each; back <= 2 s; duplicates 0")
  void a_redis_that_refuses_connections_is_tried_for_quietly_and_found_again_soon() {
    rig.load().burst(400);
    workers.forEach(worker -> worker.awaitHandled(25));
    rig.group().awaitQuiet(QUIET);
    var warnings = workers.stream().map(worker -> worker.logged(" WARN ").size()).toList();
    redis.kill();
    var down = Instant.now();
    Rig.until(down, ofSeconds(2));
    var cpu = cpu();
    Rig.until(down, ofSeconds(8));
    var share = cpu().minus(cpu).toMillis() * 100 / 6000;
    for (int i = 0; i < 2; i++) {
      assertThat(workers.get(i).lines("OUTAGE")).hasSize(1);
      // The outage, and the heartbeat that shuts the fence.
      assertThat(workers.get(i).logged(" WARN ")).hasSizeLessThanOrEqualTo(warnings.get(i) + 2);
      assertThat(workers.get(i).logged(" ERROR ")).isEmpty();
    }
    redis.restart();
    var up = Instant.now();
    workers.forEach(worker -> worker.awaitLine("OUTAGE ended", ofSeconds(10)));
    var recovery = Duration.between(up, Instant.now());
    rig.load().burst(100);

    var proof = rig.prove(QUIET).duplicatesAtMost(0).took(RECOVERY, recovery);
    proof.also("processor of both, %", share);
    assertThat(share).isLessThan(10);
    assertThat(recovery).isLessThan(ofSeconds(3));
    rig.nobodyWasTakenForDead();
  }

  private Duration cpu() {
    return workers.stream().map(WorkerProcess::cpu).reduce(Duration.ZERO, Duration::plus);
  }

  @Test
  @Full
  @Row(
      id = "R19",
      fault = "all clients killed, and no room for any for 4 s (maxclients)",
      bound = "told as such; a connect says so at once; duplicates <= 64 a worker; back <= 3 s")
  void when_redis_has_no_room_for_clients_it_is_told_and_waited_for() {
    var load = rig.load().steady(300);
    workers.forEach(worker -> worker.awaitHandled(100));
    Instant room;
    try (var probe = redis.probe()) {
      probe.command("CONFIG", "SET", "maxclients", "1");
      probe.command("CLIENT", "KILL", "TYPE", "normal");
      var full = Instant.now();
      workers.forEach(worker -> worker.awaitLine("OUTAGE started", ofSeconds(5)));
      assertThatThrownBy(() -> Millhand.connect(redis.url()).close())
          .isInstanceOfSatisfying(
              UnavailableException.class,
              error ->
                  assertThat(error.reason())
                      .isEqualTo(UnavailableException.Reason.TOO_MANY_CLIENTS))
          .hasMessageContaining("max number of clients");
      Rig.until(full, ofSeconds(4));
      probe.command("CONFIG", "SET", "maxclients", "10000");
      room = Instant.now();
    }
    workers.forEach(worker -> worker.awaitLine("OUTAGE ended", ofSeconds(10)));
    var recovery = Duration.between(room, Instant.now());
    load.stop();

    var proof = rig.prove(QUIET).duplicatesAtMost(2 * MAX_IN_FLIGHT).took(RECOVERY, recovery);
    proof.also("uncertain", load.failed());
    assertThat(recovery).isLessThan(ofSeconds(3));
    assertThat(workers)
        .allSatisfy(
            worker -> {
              assertThat(worker.lines("OUTAGE started").getFirst())
                  .contains("max number of clients");
              assertThat(worker.lines("OUTAGE")).hasSize(2);
            });
  }

  @Test
  @Full
  @Row(
      id = "R22",
      fault = "client-output-buffer-limit normal 1mb, entries of up to 400 KB",
      bound = "each is handled; duplicates 0; <= 16 connections are closed for it")
  void where_replies_are_limited_large_entries_are_read_few_at_a_time(Trial trial) {
    limitReplies("1mb");
    var before = closedForSize();
    for (int i = 0; i < LARGE; i++) {
      rig.load().burst(1, "blob", "x".repeat(100_000 + trial.random().nextInt(300_000)));
    }
    await().atMost(QUIET).until(() -> rig.lines("END").size() >= LARGE);
    var closed = closedForSize() - before;
    limitReplies("0"); // ours, too, when we ask what is left

    rig.prove(QUIET).duplicatesAtMost(0).also("closed for their size", closed);
    assertThat(closed).isLessThanOrEqualTo(16);
    rig.nobodyWasTakenForDead();
  }

  private long closedForSize() {
    try (var log = Files.lines(redis.logFile())) {
      return log.filter(line -> line.contains("output buffer limits")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void limitReplies(String most) {
    redis.command("CONFIG", "SET", "client-output-buffer-limit", "normal " + most + " 0 0");
  }

  private long connectionsSoFar() {
    return Long.parseLong(String.valueOf(redis.info("total_connections_received")));
  }

  @Test
  @Full
  @Row(
      id = "R22",
      fault = "an entry larger than client-output-buffer-limit",
      bound =
          "told with its id <= 15 s, and all others handled; <= 3 connects a second; handled when the limit is raised")
  void an_entry_that_redis_will_not_send_is_told_and_holds_nobody_back() {
    rig.load().burst(100);
    rig.group().awaitQuiet(QUIET);
    limitReplies("300kb");
    rig.load().burst(1, "blob", "x".repeat(800_000)).burst(200);
    await().atMost(ofSeconds(15)).until(() -> !told().isEmpty() && handled() == 300);
    var before = connectionsSoFar();
    Rig.let(ofSeconds(5));
    var connects = connectionsSoFar() - before;
    limitReplies("0");

    rig.prove(QUIET).duplicatesAtMost(0).also("connects in 5 s", connects);
    assertThat(told()).allMatch(line -> line.matches(".*entry \\d+-\\d+ cannot be brought.*"));
    assertThat(connects).isLessThanOrEqualTo(15);
    rig.nobodyWasTakenForDead();
  }

  private List<String> told() {
    return workers.stream()
        .flatMap(worker -> worker.logged("client-output-buffer-limit").stream())
        .toList();
  }

  private int handled() {
    return rig.lines("END").size();
  }
}
