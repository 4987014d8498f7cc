// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.verification.rig.Rig.MAX_IN_FLIGHT;
import static io.millhand.verification.row.Measures.RECOVERY;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.verification.rig.AppendOnlyFile;
import io.millhand.verification.rig.Proof;
import io.millhand.verification.rig.Rig;
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
import org.junit.jupiter.api.Test;

/**
 * A Redis that comes back with less than it had. What is gone with it is counted from what it
 * confirmed before and has no longer; nothing else may be lost.
 */
class DataLossTest {

  private static final Duration WORK = ofMillis(20);
  private static final Duration QUIET = ofSeconds(30);
  private static final Duration GOES_ON = ofSeconds(5);

  /** What both workers held may be handled by the other, too, when Redis forgot who had it. */
  private static final int HELD = 2 * MAX_IN_FLIGHT;

  /** Sent just before the kill, so that there is something to lose. */
  private static final int BACKLOG = 800;

  private EmbeddedRedis redis;
  private Rig rig;
  private List<WorkerProcess> workers;

  private void open(EmbeddedRedis server, Trial trial) {
    redis = server;
    rig = new Rig(redis, trial);
  }

  private void startWorkers() {
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
      id = "R2",
      fault = "kill -9 of Redis under load, restart with a snapshot of up to 1 s before",
      bound =
          "lost: only what came after it; duplicates <= handled since + 2 x 128; recovery <= 5 s")
  void with_an_old_snapshot_only_what_came_after_it_is_lost_and_work_goes_on(Trial trial) {
    open(EmbeddedRedis.start(), trial);
    startWorkers();
    var load = rig.load().steady(300);
    workers.forEach(worker -> worker.awaitHandled(100));
    redis.command("SAVE");
    var handledBefore = rig.lines("END").size();
    Rig.let(ofMillis(200 + trial.random().nextInt(800)));
    load.burst(BACKLOG);

    var proof = comeBackWithLess(() -> {});
    var handledSince = handledBeforeRestart - handledBefore;
    proof.duplicatesAtMost(handledSince + 2 * HELD).also("handled since", handledSince);
    assertThat(load.confirmed()).isPositive();
  }

  @Test
  @Full
  @Row(
      id = "R2",
      fault = "kill -9 of Redis, restart with a snapshot from before the group was made",
      bound = "the group is made anew at 0, and told; lost: only what came after; recovery <= 5 s")
  void with_a_snapshot_without_the_group_it_is_made_anew_and_the_stream_handled_from_its_start(
      Trial trial) {
    open(EmbeddedRedis.start(), trial);
    rig.load().burst(100 + trial.random().nextInt(100));
    redis.command("SAVE");
    startWorkers();
    rig.load().steady(300);
    workers.forEach(worker -> worker.awaitHandled(100));
    rig.load().burst(BACKLOG);

    var proof = comeBackWithLess(() -> {});
    proof.duplicatesAtMost(handledBeforeRestart + HELD);
    assertThat(workers).anySatisfy(worker -> assertThat(worker.lines("RECREATED 0-0")).hasSize(1));
  }

  @Test
  @Full
  @Row(
      id = "R4",
      fault = "kill -9 of Redis under load, up to 60 KB cut off its append-only file (power loss)",
      bound =
          "lost: only adds that were cut off; duplicates <= acks that were cut off + 128; recovery <= 5 s")
  void with_a_torn_append_only_file_only_what_was_torn_off_is_lost_or_handled_again(Trial trial) {
    open(
        EmbeddedRedis.builder().config("appendonly", "yes").config("appendfsync", "no").start(),
        trial);
    startWorkers();
    rig.load().steady(300);
    workers.forEach(worker -> worker.awaitHandled(200));
    rig.load().burst(BACKLOG);
    var acks = new long[1];
    var proof =
        comeBackWithLess(
            () -> {
              var file = AppendOnlyFile.in(redis.dir());
              var bytes = 2_000 + trial.random().nextInt(58_000);
              acks[0] = file.cut(Math.min(file.length() / 3, bytes));
            });
    proof.also("acks cut off", acks[0]).duplicatesAtMost(acks[0] + HELD);
  }

  private long handledBeforeRestart;

  /** Kills it, does that to its files, restarts it, and proves that nothing else is lost. */
  private Proof comeBackWithLess(Runnable toFiles) {
    redis.kill();
    workers.forEach(worker -> worker.awaitLine("OUTAGE started", ofSeconds(5)));
    toFiles.run();
    handledBeforeRestart = rig.lines("END").size();
    var gone = new HashSet<>(rig.confirmed());
    redis.restart();
    var up = Instant.now();
    gone.removeAll(rig.group().names());
    workers.forEach(worker -> worker.awaitLine("OUTAGE ended", ofSeconds(10)));
    Rig.until(up, ofSeconds(2));
    rig.load().stop();
    assertThat(gone).as("the fault lost nothing: it proves nothing").isNotEmpty();

    return proven(gone, up);
  }

  private Proof proven(Set<String> gone, Instant up) {
    var proof =
        rig.proveBut(QUIET, gone::contains, "confirmed before, and not in the stream after it");
    var first = proof.report().firstEndAfter(up).orElseThrow();
    proof.also("gone", gone.size()).took(RECOVERY, Duration.between(up, first));
    assertThat(first).isBefore(up.plus(GOES_ON));
    rig.nobodyWasTakenForDead();
    return proof;
  }
}
