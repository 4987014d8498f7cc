// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.verification.rig.Rig.CONCURRENCY;
import static io.millhand.verification.rig.Rig.GROUP;
import static io.millhand.verification.rig.Rig.MAX_IN_FLIGHT;
import static io.millhand.verification.rig.Rig.STREAM;
import static io.millhand.verification.row.Measures.RECOVERY;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.error.RefusedException;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.WorkerProcess;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The stream or the group is taken away, or replaced, under worker processes at work. */
@WithRedis
class KeyLossTest {

  private static final Duration WORK = ofMillis(20);
  private static final Duration QUIET = ofSeconds(30);
  private static final int HELD = 2 * MAX_IN_FLIGHT;
  private static final Pattern ID = Pattern.compile("\\d+-\\d+");
  private static final String PARKED = "{" + STREAM + "}:parked";

  private EmbeddedRedis redis;
  private Rig rig;
  private List<WorkerProcess> workers;

  @BeforeEach
  void open(EmbeddedRedis server, Trial trial) {
    redis = server;
    rig = new Rig(redis, trial);
    workers =
        List.of(rig.worker("one", WORK, "retryAfter=1s"), rig.worker("two", WORK, "retryAfter=1s"));
    workers.forEach(WorkerProcess::awaitReady);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private void awaitRecreated() {
    await()
        .atMost(ofSeconds(10))
        .until(() -> workers.stream().anyMatch(worker -> !worker.lines("RECREATED").isEmpty()));
  }

  @Test
  @Full
  @Row(
      id = "R5",
      fault = "DEL of the stream under load",
      bound = "what is held is finished; lost: only what was unread; duplicates 0; goes on <= 2 s")
  void after_its_stream_is_deleted_a_group_is_made_anew_and_what_is_held_is_finished() {
    rig.load().burst(400);
    rig.group().awaitQuiet(QUIET);
    rig.load().burst(3 * MAX_IN_FLIGHT / 2, "do", "sleep=1000");
    await()
        .atMost(ofSeconds(5))
        .until(
            () ->
                rig.lines("BEG").size() >= 400 + 2 * CONCURRENCY && rig.group().undelivered() == 0);
    redis.command("DEL", STREAM);
    var gone = Instant.now();
    rig.load().burst(200);
    awaitRecreated();
    var took = Duration.between(gone, Instant.now());

    rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0).took(RECOVERY, took);
    assertThat(took).isLessThan(ofSeconds(2));
    rig.nobodyWasTakenForDead();
  }

  @Test
  @Full
  @Row(
      id = "R5",
      fault = "XGROUP DESTROY under load, three times",
      bound =
          "lost 0; made anew <= 2 s; duplicates <= 128 held + 1,200 sent in 3 s each time (what is finished is stored each second)")
  void after_its_group_is_destroyed_under_load_nothing_is_lost(Trial trial) {
    var load = rig.load().steady(400);
    workers.forEach(worker -> worker.awaitHandled(100));
    var longest = Duration.ZERO;
    for (int i = 1; i <= 3; i++) {
      Rig.let(ofMillis(500 + trial.random().nextInt(500)));
      redis.command("XGROUP", "DESTROY", STREAM, GROUP);
      var at = Instant.now();
      await().atMost(ofSeconds(10)).pollInterval(ofMillis(10)).until(this::hasGroup);
      var took = Duration.between(at, Instant.now());
      longest = took.compareTo(longest) > 0 ? took : longest;
    }
    load.stop();

    rig.prove(QUIET).duplicatesAtMost(3 * (HELD + 3 * 400)).took(RECOVERY, longest);
    assertThat(longest).isLessThan(ofSeconds(2));
    rig.nobodyWasTakenForDead();
  }

  private boolean hasGroup() {
    return String.valueOf(redis.command("XINFO", "GROUPS", STREAM)).contains(GROUP);
  }

  @Test
  @Full
  @Row(
      id = "R5",
      fault = "RENAME of the stream away and, when its group was made anew, back",
      bound = "lost 0; duplicates <= 128 held; goes on with the old group")
  void a_stream_that_is_renamed_and_comes_back_is_handled_to_its_end() {
    rig.load().burst(1500);
    workers.forEach(worker -> worker.awaitHandled(100));
    redis.command("RENAME", STREAM, PARKED);
    awaitRecreated();
    redis.command("RENAME", PARKED, STREAM); // over the empty one

    rig.prove(QUIET).duplicatesAtMost(HELD);
    rig.nobodyWasTakenForDead();
  }

  @Test
  @Full
  @Row(
      id = "R5",
      fault = "SET over the stream's name for 3 s, then the stream comes back",
      bound =
          "WRONGTYPE told <= 5 s, <= 130 lines each; CPU < 50 %; sends refused at once; lost 0; goes on <= 8 s")
  void a_key_of_another_type_in_the_streams_place_is_told_and_waited_out() {
    rig.load().burst(1500);
    workers.forEach(worker -> worker.awaitHandled(100));
    redis.command("RENAME", STREAM, PARKED);
    redis.command("SET", STREAM, "not a stream");
    var told = Instant.now();
    // Who holds all that it may reads nothing, and meets it when it acks.
    await()
        .atMost(ofSeconds(5))
        .until(() -> workers.stream().noneMatch(worker -> worker.logged("WRONGTYPE").isEmpty()));
    Rig.until(told, ofSeconds(1));
    var cpu = cpu();
    Rig.until(told, ofSeconds(3));
    var share = cpu().minus(cpu).toMillis() * 100 / 2000;
    rig.load().send();
    await().atMost(ofSeconds(2)).until(() -> rig.load().failed() == 1);
    redis.command("RENAME", PARKED, STREAM);
    var back = Instant.now();

    var proof = rig.prove(QUIET).duplicatesAtMost(HELD);
    assertThat(rig.load().errors().getFirst())
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("WRONGTYPE")
        .hasMessageContaining(STREAM);
    assertThat(workers)
        .allSatisfy(
            worker -> {
              assertThat(worker.logged("WRONGTYPE")).hasSizeBetween(1, 2 * MAX_IN_FLIGHT + 2);
              assertThat(worker.logged("Rename or remove it")).isNotEmpty();
              assertThat(worker.hastyOutages()).isEmpty();
            });
    assertThat(share).as("processor, %").isLessThan(50);
    proof.also("processor of both, %", share).took(RECOVERY, Duration.between(back, Instant.now()));
    rig.nobodyWasTakenForDead();
  }

  private Duration cpu() {
    return workers.stream().map(WorkerProcess::cpu).reduce(Duration.ZERO, Duration::plus);
  }

  @Test
  @Full
  @Row(
      id = "R6",
      fault = "XGROUP DELCONSUMER of living workers under load, six times",
      bound = "lost 0; duplicates 0; told as acks that found nothing pending")
  void a_worker_whose_consumer_is_deleted_finishes_what_it_holds_and_works_on(Trial trial) {
    var load = rig.load().steady(400);
    workers.forEach(worker -> worker.awaitHandled(100));
    for (int i = 0; i < 6; i++) {
      Rig.let(ofMillis(200 + trial.random().nextInt(300)));
      redis.command("XGROUP", "DELCONSUMER", STREAM, GROUP, workers.get(i % 2).consumer());
    }
    load.stop();

    var proof = rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0);
    workers.forEach(worker -> assertThat(worker.stop()).isZero());
    var missing = workers.stream().mapToLong(worker -> worker.counted("ackMissing")).sum();
    proof.also("acks that found nothing", missing);
    assertThat(missing).isPositive();
    rig.nobodyWasTakenForDead();
  }

  @Test
  @Full
  @Row(
      id = "R6",
      fault = "XGROUP DELCONSUMER of living workers while handlers fail, six times",
      bound = "lost: only what failed after that, each told as fenced; duplicates 0")
  void what_fails_after_its_consumer_was_deleted_is_told_as_fenced_and_nothing_else_is_lost(
      Trial trial) {
    for (int i = 0; i < 6; i++) {
      rig.load().burst(100, "do", "fail-once");
      Rig.let(ofMillis(trial.random().nextInt(100)));
      redis.command("XGROUP", "DELCONSUMER", STREAM, GROUP, workers.get(i % 2).consumer());
    }
    // Once they are idle all that they had to tell is in the ledgers.
    rig.group().awaitQuiet(QUIET);
    var fenced = rig.lines("SET").stream().map(words -> words.get(2)).toList();

    var proof = rig.proveBut(QUIET, fenced::contains, "taken from the group by XGROUP DELCONSUMER");
    proof.duplicatesAtMost(0).also("fenced", fenced.size());
    rig.nobodyWasTakenForDead();
  }

  @Test
  @Full
  @Row(
      id = "R7",
      fault = "XDEL of pending, deferred and unread entries under load",
      bound = "lost: only those deleted; each deferred one is told as trimmed, once; duplicates 0")
  void what_is_deleted_from_under_a_group_is_told_and_nothing_else_is_lost(Trial trial) {
    var deferred = new HashMap<String, String>();
    var unread = new HashSet<String>();
    for (int i = 0; i < 5; i++) {
      rig.load().burst(40, "do", "fail-once");
      rig.load().burst(250, "do", "sleep=100");
      Rig.let(ofMillis(trial.random().nextInt(200)));
      await().atMost(ofSeconds(10)).until(() -> !rig.group().deferred(1).isEmpty());
      for (var entry : rig.group().deferred(5)) {
        deferred.put(entry.id(), entry.name());
        redis.command("XDEL", STREAM, entry.id());
      }
      for (var entry : rig.group().unread(10)) {
        unread.add(entry.name());
        redis.command("XDEL", STREAM, entry.id());
      }
    }
    assertThat(unread).isNotEmpty();

    var proof =
        rig.proveBut(
                QUIET,
                name -> deferred.containsValue(name) || unread.contains(name),
                "deleted by XDEL before they were handled")
            .duplicatesAtMost(0);
    var told = told();
    proof.also("told", told.size()).also("deleted", deferred.size() + unread.size());
    assertThat(told).doesNotHaveDuplicates();
    assertThat(told)
        .filteredOn(deferred::containsKey)
        .extracting(deferred::get)
        .containsExactlyInAnyOrderElementsOf(
            proof.report().lost().stream().filter(deferred::containsValue).toList());
  }

  private List<String> told() {
    return workers.stream()
        .flatMap(worker -> worker.lines("TRIMMED").stream())
        .flatMap(line -> ID.matcher(line).results())
        .map(MatchResult::group)
        .toList();
  }
}
