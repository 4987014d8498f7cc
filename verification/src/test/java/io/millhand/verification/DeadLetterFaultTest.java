// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.Installation;
import io.millhand.verification.rig.Letter;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.WorkerProcess;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dead letters that cannot be written, are put back, or are too many. */
@WithRedis
class DeadLetterFaultTest {

  private static final Duration WORK = ofMillis(5);
  private static final Duration QUIET = ofSeconds(30);
  private static final String DEAD = "{" + Rig.STREAM + "}:" + Rig.GROUP + ":dead";

  private EmbeddedRedis redis;
  private Trial trial;
  private Rig rig;

  /** As long as there is this file, handlers of entries with our order fail. */
  private Path broken;

  @BeforeEach
  void open(EmbeddedRedis server, Trial ours) throws IOException {
    redis = server;
    trial = ours;
    rig = new Rig(redis, trial);
    broken = Files.createFile(rig.ledgers().resolveSibling("broken"));
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private String order() {
    return "fail-while=" + broken;
  }

  private long dead() {
    return (Long) redis.command("XLEN", DEAD);
  }

  private void awaitDead(long count) {
    await().atMost(QUIET).until(() -> dead() == count);
  }

  @Test
  @Row(
      id = "P5",
      fault = "the dead letters' key is of another type, mended later",
      bound = "each entry stays pending and is told once; others go on; dead letters <= 10 s after")
  void while_the_dead_letters_cannot_be_written_their_entries_stay_pending_and_others_go_on() {
    redis.command("SET", DEAD, "not a stream");
    var worker = rig.worker("worker", WORK, "retryAfter=200ms", "maxAttempts=1").awaitReady();
    rig.load().burst(3, "do", order());
    rig.load().burst(500);
    await().atMost(ofSeconds(20)).until(() -> worker.lines("REFUSED").size() == 3);
    await()
        .atMost(ofSeconds(20))
        .until(() -> rig.group().unfinished(), now -> now.pending() == 3 && now.undelivered() == 0);
    redis.command("DEL", DEAD);
    var mended = Instant.now();
    awaitDead(3);
    var took = Duration.between(mended, Instant.now());

    rig.prove(QUIET).duplicatesAtMost(0).took("mended", took);
    assertThat(took).isLessThan(ofSeconds(10));
    assertThat(worker.lines("REFUSED")).hasSize(3);
    assertThat(rig.group().dead()).extracting(Letter::name).doesNotHaveDuplicates();
    assertThat(worker.stop()).isZero();
  }

  @Test
  @Full
  @Row(
      id = "P6",
      fault = "millhand dead retry: killed with -9 midway, then twice at once, then once more",
      bound =
          "each of 1000 is handled once, none is lost; 50 that fail again are dead letters again")
  void dead_letters_put_back_by_commands_that_are_killed_or_meet_come_back_once_each()
      throws IOException {
    var millhand = Installation.ready();
    var stillBroken = Files.createFile(rig.ledgers().resolveSibling("still-broken"));
    var worker = rig.worker("worker", WORK, "retryAfter=200ms", "maxAttempts=1").awaitReady();
    rig.load().burst(1000, "do", order());
    rig.load().burst(50, "do", "fail-while=" + stillBroken);
    awaitDead(1050);
    Files.delete(broken);
    var left = 300 + trial.random().nextInt(600);
    try (var victim = millhand.start(retry("--rate", "400/s"))) {
      await().atMost(QUIET).until(() -> dead() <= left || !victim.isAlive());
      victim.signal("KILL");
      victim.awaitExit(ofSeconds(10));
    }
    var killedAt = dead();
    assertThat(killedAt).isPositive();
    try (var one = millhand.start(retry());
        var other = millhand.start(retry())) {
      for (var each : List.of(one, other)) {
        // Whom the other was quicker than is told what it could not put back, and exits with 1.
        assertThat(each.awaitExit(QUIET)).isBetween(0, 1);
        assertThat(each.errorLines()).noneMatch(line -> line.contains("Exception"));
      }
    }
    rig.group().awaitQuiet(QUIET);
    try (var last = millhand.start(retry())) {
      assertThat(last.awaitExit(QUIET)).isZero();
    }

    rig.prove(QUIET).duplicatesAtMost(0).also("left when killed", killedAt);
    assertThat(rig.lines("END")).hasSize(1000);
    assertThat(rig.group().dead()).hasSize(50).doesNotHaveDuplicates();
    assertThat(worker.stop()).isZero();
  }

  private String[] retry(String... more) {
    var words =
        new ArrayList<>(
            List.of("dead", "retry", "--all", "--stream", Rig.STREAM, "--group", Rig.GROUP));
    words.addAll(List.of("--redis", redis.url()));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  @Test
  @Full
  @Row(
      id = "P7",
      fault = "400 entries fail for good, deadLetterLimit 50",
      bound = "50 to 150 stay, by whole nodes of Redis; exactly those dropped are counted and told")
  void dead_letters_beyond_their_limit_are_dropped_and_each_is_counted() {
    var workers =
        List.of(
            rig.worker("one", WORK, "retryAfter=200ms", "maxAttempts=1", "deadLetterLimit=50")
                .awaitReady(),
            rig.worker("two", WORK, "retryAfter=200ms", "maxAttempts=1", "deadLetterLimit=50")
                .awaitReady());
    rig.load().burst(400, "do", order());
    rig.load().burst(200);

    var proof = rig.proveBut(QUIET, name -> true, "dead letters beyond deadLetterLimit");
    var dropped = workers.stream().mapToLong(DeadLetterFaultTest::dropped).sum();
    proof.duplicatesAtMost(0).also("dropped", dropped);
    assertThat(dropped).isEqualTo(proof.report().lost().size());
    assertThat(dropped + dead()).isEqualTo(400);
    assertThat(dead()).isBetween(50L, 150L);
    assertThat(proof.report().handled()).isEqualTo(200);
  }

  private static long dropped(WorkerProcess worker) {
    return worker.lines("DROPPED ").stream()
        .mapToLong(line -> Long.parseLong(line.substring("DROPPED ".length())))
        .sum();
  }
}
