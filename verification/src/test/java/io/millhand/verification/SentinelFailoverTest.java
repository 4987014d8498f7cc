// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.verification.rig.Rig.MAX_IN_FLIGHT;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.config.Durability;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.EmbeddedSentinel;
import io.millhand.verification.rig.AtRisk;
import io.millhand.verification.rig.Proof;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.WorkerProcess;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A master with two replicas and three Sentinels that fails over under worker processes. */
@Full
class SentinelFailoverTest {

  private static final Duration WORK = ofMillis(20);
  private static final Duration QUIET = ofSeconds(30);
  private static final Duration LONG = ofSeconds(90);
  private static final Duration DOWN_AFTER = ofSeconds(2);

  /** What a failover may cost besides the time after which the Sentinels act. */
  private static final Duration BESIDES = ofSeconds(3);

  private static final int ALARMS = 10;

  /** A calm process asks a Sentinel once a second. */
  private static final Duration NOTICED = ofSeconds(1);

  private EmbeddedSentinel redis;
  private Trial trial;
  private Rig rig;
  private List<WorkerProcess> workers;
  private AtRisk atRisk;

  @BeforeEach
  void open(Trial each) {
    trial = each;
    redis = EmbeddedSentinel.builder().downAfter(DOWN_AFTER).eager().start();
    rig = new Rig(redis.uri(), redis::master, trial);
    workers = List.of(rig.worker("one", WORK), rig.worker("two", WORK));
    workers.forEach(WorkerProcess::awaitReady);
  }

  @AfterEach
  void close() {
    rig.close();
    redis.close();
  }

  private void awaitSome() {
    var some = 25 * (4 + trial.random().nextInt(9));
    workers.forEach(worker -> worker.awaitHandled(some));
  }

  private EmbeddedRedis killMaster() {
    var before = redis.master();
    var cut = Instant.now();
    before.kill();
    var killed = Instant.now();
    atRisk = new AtRisk(cut, killed);
    redis.awaitMasterOtherThan(before, ofSeconds(20));
    trial.measured("until all Sentinels name another", Duration.between(killed, Instant.now()));
    return before;
  }

  private void goOn() {
    var so = rig.load().confirmed();
    Rig.await("300 more are confirmed", () -> rig.load().confirmed() >= so + 300);
  }

  private Proof checked(Proof proof) {
    proof.took("gap", proof.report().longestGap()).also("uncertain", rig.load().failed());
    rig.groupStayed();
    rig.alarmsAtMost(ALARMS);
    return proof;
  }

  private static void gapAtMost(Proof proof, Duration most) {
    assertThat(proof.report().longestGap()).as("gap").isLessThanOrEqualTo(most);
  }

  @Test
  @Row(
      id = "H1",
      fault = "kill -9 of the master under load, Sentinels fail over (down-after 2 s)",
      bound =
          "gap <= down-after + 3 s; lost only what was confirmed in the last second before the kill"
              + " and the new master never had, told")
  void when_sentinels_replace_a_killed_master_all_go_on_there_and_lose_only_what_it_never_had() {
    rig.load().steady(300);
    awaitSome();
    killMaster();
    goOn();
    rig.load().stop();

    var proof = checked(rig.proveFailover(QUIET, atRisk)).duplicatesAtMost(2 * MAX_IN_FLIGHT);
    gapAtMost(proof, DOWN_AFTER.plus(BESIDES));
  }

  @Test
  @Row(
      id = "H4",
      fault = "SENTINEL FAILOVER while a worker drains on SIGTERM",
      bound =
          "exit 0 <= 8 s; leaves nothing pending; duplicates <= what ended while the old master was"
              + " still asked + 64 in flight each; lost only what was confirmed then, or a second"
              + " before")
  void a_worker_that_drains_during_a_failover_still_leaves_nothing_behind() {
    var leaver = rig.worker("leaver", ofMillis(300)).awaitReady();
    rig.load().burst(2000);
    leaver.awaitHandled(25);
    rig.load().steady(100);
    var stopped = leaver.terminate();
    redis.failover();
    var followed = Instant.now().plus(NOTICED);

    assertThat(leaver.awaitExit(ofSeconds(8))).isZero();
    var took = Duration.between(stopped, Instant.now());
    goOn();
    rig.load().stop();
    var proof =
        checked(rig.proveFailover(QUIET, new AtRisk(stopped, followed)))
            .duplicatesAtMost(ended(stopped, followed) + 3 * MAX_IN_FLIGHT);
    proof.took("exit", took);
    assertThat(rig.group().workers()).doesNotContain(leaver.consumer());
    proof.also("released", leaver.lines("RELEASED").size());
  }

  @Test
  @Row(
      id = "H5",
      fault = "a replica that has missed a second of acks is promoted",
      bound =
          "lost 0, also by Redis; handled again <= what ended until all follow + 64 in flight each;"
              + " all is settled")
  void what_a_stale_replica_takes_for_unhandled_is_handled_again_and_settled() {
    rig.load().burst(4000);
    awaitSome();
    awaitInStep();
    var cut = Instant.now();
    redis.replicas().forEach(SentinelFailoverTest::lockOut);
    redis.master().command("CLIENT", "KILL", "TYPE", "replica");
    Rig.let(ofSeconds(1));
    redis.failover();
    var followed = Instant.now().plus(NOTICED);

    var proof = checked(rig.prove(QUIET));
    var meanwhile = ended(cut, followed);
    proof.duplicatesAtMost(meanwhile + 2 * MAX_IN_FLIGHT).also("ended meanwhile", meanwhile);
    assertThat(proof.report().duplicates()).isPositive();
  }

  @Test
  @Row(
      id = "H5",
      fault = "a replica that lacks the group is promoted, and a worker killed, amid 1000 entries",
      bound =
          "made anew <= 10 s where nothing is skipped; lost 0, also by Redis; handled again <= all"
              + " that were handled")
  void where_a_new_master_lacks_the_group_it_is_made_anew_and_nothing_is_skipped() {
    rig.load().burst(300);
    rig.group().awaitQuiet(QUIET);
    rig.load().burst(1000, "do", "sleep=500");
    Rig.await("both hold some", () -> workers.stream().allMatch(each -> held(each) > 0));
    awaitInStep();
    destroyGroupAtReplicas();
    var heldByDead = held(workers.getLast());
    workers.getLast().kill();
    redis.failover();
    var promoted = Instant.now();
    Rig.await("somebody has made it", this::isMadeAnew);
    var took = Duration.between(promoted, Instant.now());
    var handled = rig.lines("END").size();
    var unread = 1300 - rig.lines("BEG").size() - 2 * MAX_IN_FLIGHT;
    rig.worker("three", WORK).awaitReady();
    rig.load().burst(300);

    var proof = rig.prove(LONG).duplicatesAtMost(handled + MAX_IN_FLIGHT).took("made anew", took);
    proof.also("held by the killed", heldByDead).also("never read before, at least", unread);
    assertThat(heldByDead).as("what only the group's place can tell").isPositive();
    assertThat(unread).as("what a later place would skip").isPositive();
    assertThat(took).isLessThan(ofSeconds(10));
    rig.alarmsAtMost(ALARMS);
  }

  private int held(WorkerProcess worker) {
    return rig.group().pendingOf(worker.consumer());
  }

  /** They have all else, and follow no more. */
  private void destroyGroupAtReplicas() {
    var replicas = redis.replicas();
    replicas.forEach(SentinelFailoverTest::lockOut);
    redis.master().command("CLIENT", "KILL", "TYPE", "replica");
    for (var replica : replicas) {
      replica.command("CONFIG", "SET", "replica-read-only", "no");
      replica.command("XGROUP", "DESTROY", Rig.STREAM, Rig.GROUP);
    }
  }

  private boolean isMadeAnew() {
    return workers.stream().anyMatch(each -> !each.lines("RECREATED").isEmpty());
  }

  private void awaitInStep() {
    var offset = Long.parseLong(redis.master().info("master_repl_offset"));
    Rig.await(
        "the replicas are in step",
        () ->
            redis.replicas().stream()
                .allMatch(each -> Long.parseLong(each.info("slave_repl_offset")) >= offset));
  }

  /** It cannot follow its master again, since it has a wrong name and password for it. */
  private static void lockOut(EmbeddedRedis replica) {
    replica.command("CONFIG", "SET", "masteruser", "nobody");
    replica.command("CONFIG", "SET", "masterauth", "wrong");
  }

  /** How many runs ended in that time: no more acks than that may be missing at a new master. */
  private long ended(Instant from, Instant to) {
    return rig.lines("END").stream()
        .mapToLong(words -> Long.parseLong(words.get(1)) / 1000)
        .filter(at -> at >= from.toEpochMilli() && at <= to.toEpochMilli())
        .count();
  }

  @Test
  @Row(
      id = "H1",
      fault = "the same with a producer that waits for two replicas",
      bound = "gap <= down-after + 3 s; lost 0, also by Redis")
  void what_two_replicas_have_confirmed_outlives_the_master() {
    rig.load(producer -> producer.durability(Durability.replicas(2, ofMillis(500)))).steady(300);
    awaitSome();
    killMaster().restart();
    redis.awaitHealthy(ofSeconds(20));
    goOn();
    rig.load().stop();

    var proof = rig.prove(QUIET).duplicatesAtMost(2 * MAX_IN_FLIGHT);
    proof.took("gap", proof.report().longestGap()).also("not durable", rig.load().failed());
    gapAtMost(proof, DOWN_AFTER.plus(BESIDES));
    rig.groupStayed();
    rig.alarmsAtMost(ALARMS);
  }
}
