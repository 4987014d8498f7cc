// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.verification.row.Measures.RECOVERY;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.Millhand;
import io.millhand.error.UnavailableException;
import io.millhand.event.Event;
import io.millhand.inspect.Doctor;
import io.millhand.inspect.Finding;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.verification.rig.LocalWorker;
import io.millhand.verification.rig.Proof;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.SmallDisk;
import io.millhand.verification.rig.WorkerProcess;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A Redis without memory, or without a disk that it can write to, under load. */
class FullRedisTest {

  private static final Duration WORK = ofMillis(20);
  private static final Duration QUIET = ofSeconds(30);

  private SmallDisk disk;
  private EmbeddedRedis redis;
  private Rig rig;
  private WorkerProcess process;
  private LocalWorker local;

  private void open(EmbeddedRedis server, Trial trial) {
    redis = server;
    rig = new Rig(redis, trial);
    process = rig.worker("process", WORK).awaitReady();
    local =
        rig.localWorker(
            "local",
            redis.url(),
            WORK,
            builder -> builder.concurrency(Rig.CONCURRENCY).maxInFlight(Rig.MAX_IN_FLIGHT));
  }

  @AfterEach
  void close() {
    if (disk != null) {
      disk.free();
    }
    if (rig != null) {
      rig.close();
      redis.close();
    }
    if (disk != null) {
      disk.close();
    }
  }

  @Test
  @Full
  @Row(
      id = "R8",
      fault = "maxmemory (noeviction) reached under load for 3 s",
      bound =
          "sends are refused with OUT_OF_MEMORY <= 2 s; workers drain, retries too; sends go on <= 2 s after; duplicates 0")
  void at_maxmemory_sends_are_refused_with_the_reason_and_workers_drain(Trial trial) {
    open(EmbeddedRedis.start(), trial);
    var load = rig.load(ofMillis(500));
    load.burst(300, "do", "fail-once").steady(200);
    process.awaitHandled(25);
    maxmemory(used() / 2);
    await().atMost(ofSeconds(2)).until(() -> load.failed() > 0);
    rig.group().awaitQuiet(QUIET); // all that was taken is handled, at the second attempt, too
    var confirmed = load.confirmed();
    assertThat(rig.lines("END")).hasSize(confirmed);
    Rig.let(ofMillis(trial.random().nextInt(1000)));
    maxmemory(0);
    var room = Instant.now();
    await().atMost(ofSeconds(2)).until(() -> load.confirmed() > confirmed);
    var took = Duration.between(room, Instant.now());
    load.stop();

    rig.prove(QUIET).duplicatesAtMost(0).also("refused", load.failed()).took(RECOVERY, took);
    assertThat(load.errors())
        .allSatisfy(
            error ->
                assertThat(error)
                    .isInstanceOfSatisfying(
                        UnavailableException.class,
                        it ->
                            assertThat(it.reason())
                                .isEqualTo(UnavailableException.Reason.OUT_OF_MEMORY)));
    assertThat(process.lines("OUTAGE")).isEmpty();
  }

  private long used() {
    return Long.parseLong(Objects.requireNonNull(redis.info("used_memory")));
  }

  private void maxmemory(long bytes) {
    redis.command("CONFIG", "SET", "maxmemory", Long.toString(bytes));
  }

  @Test
  @Full
  @Row(
      id = "R9",
      fault = "allkeys-lru; maxmemory reached under load: Redis deletes the stream",
      bound =
          "warned at connecting; critical for the doctor; lost: only what the stream had unread; the group is made anew <= 5 s")
  void a_policy_that_deletes_streams_is_warned_of_and_its_loss_is_told(Trial trial) {
    var server = EmbeddedRedis.builder().config("maxmemory-policy", "allkeys-lru").start();
    open(server, trial);
    assertThat(process.logged("maxmemory-policy is allkeys-lru")).hasSize(1);
    rig.load().burst(1500);
    process.awaitHandled(25);
    maxmemory(used() / 2);
    await().atMost(ofSeconds(5)).until(this::isEvicted);
    try (var millhand = Millhand.connect(redis.url())) {
      assertThat(examined(millhand))
          .anyMatch(
              finding ->
                  finding.severity() == Finding.Severity.CRITICAL
                      && finding.toString().contains("allkeys-lru"));
    }
    maxmemory(0);
    var gone = new HashSet<>(rig.confirmed());
    await()
        .atMost(ofSeconds(5))
        .until(
            () ->
                !process.lines("RECREATED").isEmpty()
                    || !local.all(Event.GroupRecreated.class).isEmpty());
    rig.load().burst(200);

    gone.removeAll(rig.group().names());
    rig.proveBut(QUIET, gone::contains, "evicted with the stream").duplicatesAtMost(0);
  }

  private boolean isEvicted() {
    return !Objects.equals(redis.info("evicted_keys"), "0");
  }

  private static List<Finding> examined(Millhand millhand) {
    return Doctor.examine(
        new Doctor.Checkup(
            millhand.inspector().server(), List.of(), List.of(), List.of(), Map.of()));
  }

  @Test
  @Full
  @Row(
      id = "R10",
      fault = "disk full for 3 s under load, appendfsync everysec",
      bound = "MISCONF told, and in health; no worker ends; duplicates 0; goes on <= 5 s after")
  void while_the_disk_is_full_workers_wait_and_go_on_by_themselves(Trial trial) {
    onSmallDisk("everysec", trial);
    rig.load().steady(300);
    process.awaitHandled(100);
    disk.fill(trial.random().nextInt(50_000));
    process.awaitLine("OUTAGE started", ofSeconds(10));
    var proof = provenAfter(() -> disk.free());
    assertThat(process.lines("OUTAGE started").getFirst()).contains("MISCONF", "free space");
    proof.duplicatesAtMost(0);
  }

  private void onSmallDisk(String fsync, Trial trial) {
    disk = SmallDisk.mount(16);
    open(
        EmbeddedRedis.builder()
            .dataDir(disk.folder().resolve("redis"))
            .config("appendfsync", fsync)
            .start(),
        trial);
  }

  private Proof provenAfter(Runnable remedy) {
    await().atMost(ofSeconds(10)).until(() -> !local.worker().health().isHealthy());
    Rig.let(ofSeconds(3));
    assertThat(process.isAlive()).isTrue();
    remedy.run();
    var mended = Instant.now();
    process.awaitLine("OUTAGE ended", ofSeconds(10));
    var took = Duration.between(mended, Instant.now());
    await().atMost(ofSeconds(5)).until(() -> local.worker().health().isHealthy());
    rig.load().stop();
    var proof = rig.prove(QUIET).took(RECOVERY, took);
    assertThat(took).isLessThan(ofSeconds(5));
    assertThat(process.lines("OUTAGE")).hasSize(2);
    assertThat(process.hastyOutages()).isEmpty();
    rig.nobodyWasTakenForDead();
    return proof;
  }

  @Test
  @Full
  @Row(
      id = "R11",
      fault = "disk full under load, appendfsync always: Redis ends itself; restart with space",
      bound = "lost 0; duplicates <= 128 held; goes on <= 5 s after the restart")
  void a_redis_that_ends_itself_for_want_of_disk_loses_nothing_that_it_confirmed(Trial trial) {
    onSmallDisk("always", trial);
    rig.load().steady(300);
    process.awaitHandled(100);
    disk.fill(trial.random().nextInt(50_000));
    await().atMost(ofSeconds(10)).until(() -> !redis.isRunning());
    provenAfter(
            () -> {
              disk.free();
              redis.restart();
            })
        .duplicatesAtMost(2 * Rig.MAX_IN_FLIGHT);
  }

  @Test
  @Full
  @Row(
      id = "R12",
      fault = "a snapshot fails (stop-writes-on-bgsave-error) for 3 s under load",
      bound = "MISCONF told, and in health; no worker ends; duplicates 0; goes on <= 5 s after")
  void while_snapshots_fail_workers_wait_and_go_on_by_themselves(Trial trial) throws IOException {
    open(EmbeddedRedis.builder().config("save", "3600", "1").start(), trial);
    var inItsWay = Files.createDirectory(redis.dir().resolve("dump.rdb"));
    rig.load().steady(300);
    process.awaitHandled(100);
    redis.command("BGSAVE");
    process.awaitLine("OUTAGE started", ofSeconds(10));
    var proof =
        provenAfter(
            () -> {
              inItsWay.toFile().delete();
              redis.command("BGSAVE");
            });
    assertThat(process.lines("OUTAGE started").getFirst()).contains("MISCONF");
    proof.duplicatesAtMost(0);
  }
}
