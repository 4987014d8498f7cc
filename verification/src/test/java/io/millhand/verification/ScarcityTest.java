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
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.Scarce;
import io.millhand.verification.rig.Surroundings;
import io.millhand.verification.rig.WorkerProcess;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Worker processes that run out of heap, disk, or file descriptors. */
@WithRedis
@Full
class ScarcityTest {

  private static final Duration WORK = ofMillis(20);
  private static final Duration QUIET = ofSeconds(30);

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
      id = "W5",
      fault =
          "handlers that make 20 MB of garbage each, in a heap of 64 MB half of which they keep",
      bound = "the heartbeat goes on or is fenced: duplicates <= 64, concurrent <= 16")
  void a_worker_whose_heap_is_short_keeps_its_entries_or_is_fenced() {
    var pressed = rig.workerIn(Surroundings.java("-Xmx64m"), "pressed", WORK).awaitReady();
    var other = rig.worker("other", WORK).awaitReady();
    for (int i = 0; i < 400; i++) {
      rig.load().send("do", "allocate=" + (10 + trial.random().nextInt(20)));
    }
    rig.load().burst(0);

    rig.prove(QUIET).duplicatesAtMost(MAX_IN_FLIGHT).overlapsAtMost(CONCURRENCY);
    assertThat(pressed.stop()).isZero();
    assertThat(other.stop()).isZero();
    assertThat(pressed.counted("acked")).isPositive();
  }

  @Test
  @Row(
      id = "W24",
      fault = "5000 entries of 16 KB at once for 2 workers with heaps of 48 MB and slow handlers",
      bound =
          "pending of each consumer <= maxInFlight 64, all the time; no heap overflows; duplicates 0")
  void a_flood_for_slow_handlers_stays_in_redis() {
    var heap = Surroundings.java("-Xmx48m", "-XX:+ExitOnOutOfMemoryError");
    var workers =
        List.of(
            rig.workerIn(heap, "one", ofMillis(50)).awaitReady(),
            rig.workerIn(heap, "two", ofMillis(50)).awaitReady());
    var names = workers.stream().map(WorkerProcess::consumer).toList();
    rig.load().burst(5000, "body", "x".repeat(16_000));
    var most = new int[1];
    await()
        .atMost(QUIET)
        .pollInterval(ofMillis(20))
        .until(
            () -> {
              names.forEach(name -> most[0] = Math.max(most[0], rig.group().pendingOf(name)));
              return rig.group().undelivered() == 0;
            });

    rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0).also("most pending", most[0]);
    assertThat(most[0]).isBetween(CONCURRENCY, MAX_IN_FLIGHT);
    workers.forEach(worker -> assertThat(worker.stop()).isZero());
  }

  @Test
  @Row(
      id = "W19",
      fault =
          "the disk of a worker's log and its handlers' output is full (tmpfs of 4 MB) for 400 attempts",
      bound = "handlers fail and are tried again; the worker goes on without its log; duplicates 0")
  void a_full_disk_fails_what_writes_there_and_nothing_else(@TempDir Path folder)
      throws IOException {
    try (var disk = Scarce.smallDisk(folder, "4m")) {
      var output = Files.createFile(folder.resolve("output"));
      var log = folder.resolve("log");
      var worker =
          rig.workerIn(
                  Surroundings.java(
                      "-Dorg.slf4j.simpleLogger.logFile=" + log,
                      "-Dorg.slf4j.simpleLogger.defaultLogLevel=debug"),
                  "one",
                  WORK,
                  "maxAttempts=1000")
              .awaitReady();
      disk.fill();
      var load = rig.load();
      for (int i = 0; i < 200; i++) {
        load.send("do", "write=" + output);
        load.send();
      }
      load.burst(0);
      await().atMost(ofSeconds(10)).until(() -> rig.lines("END").size() >= 200);
      await().atMost(ofSeconds(10)).until(() -> rig.lines("FAIL").size() > 400);
      assertThat(Files.size(log)).isPositive();
      disk.empty();

      rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0);
      assertThat(rig.group().dead()).isEmpty();
      assertThat(Files.size(output)).isGreaterThanOrEqualTo(200 * 1024L);
      assertThat(worker.lines("OUTAGE")).isEmpty();
      assertThat(worker.stop()).isZero();
    }
  }

  @Test
  @Row(
      id = "W20",
      fault =
          "a worker may open no file any more (prlimit), its connections are killed; later it may",
      bound =
          "told once, with the cause; CPU <= 20 % while it fails; taken over; it comes back by itself")
  void a_worker_without_file_descriptors_says_so_does_not_spin_and_comes_back(
      @TempDir Path folder) {
    Scarce.assumeFilesCanBeLimited();
    var victim = rig.workerIn(Surroundings.archives(folder), "victim", WORK).awaitReady();
    var other = rig.worker("other", WORK).awaitReady();
    rig.awaitClientListTrusted(Rig.LEASE);
    rig.load().burst(1500);
    victim.awaitHandled(100);
    other.awaitHandled(100);
    Scarce.limitFiles(victim, 10);
    redis.command("CLIENT", "KILL", "TYPE", "normal");
    var told = victim.awaitLine("OUTAGE started", ofSeconds(10));
    assertThat(told).contains("Too many open files");
    other.awaitLine("BURIED " + victim.consumer(), ofSeconds(10));
    var share = Scarce.cpuShare(victim, ofSeconds(4));

    Scarce.limitFiles(victim, 4096);
    victim.awaitLine("OUTAGE ended", ofSeconds(10));
    await().atMost(ofSeconds(10)).until(() -> rig.group().workers().contains(victim.consumer()));
    rig.load().burst(500);
    rig.prove(QUIET)
        .duplicatesAtMost(2 * MAX_IN_FLIGHT)
        .also("CPU while failing", Math.round(share * 100) + " %");
    assertThat(share).isLessThan(0.2);
    assertThat(victim.lines("OUTAGE")).hasSize(2);
    assertThat(victim.stop()).isZero();
  }
}
