// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.verification.rig.Rig.MAX_IN_FLIGHT;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.config.Durability;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.EmbeddedSentinel;
import io.millhand.verification.rig.Proof;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.WorkerProcess;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A master with two replicas and three Sentinels that fails over under worker processes. */
@Full
class SentinelFailoverTest {

  private static final Duration WORK = ofMillis(20);
  private static final Duration QUIET = ofSeconds(30);
  private static final Duration DOWN_AFTER = ofSeconds(2);

  /** What a failover may cost besides the time after which the Sentinels act. */
  private static final Duration BESIDES = ofSeconds(3);

  private static final int ALARMS = 10;

  private EmbeddedSentinel redis;
  private Trial trial;
  private Rig rig;
  private List<WorkerProcess> workers;

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
    before.kill();
    redis.awaitMasterOtherThan(before, ofSeconds(20));
    return before;
  }

  private void goOn() {
    var so = rig.load().confirmed();
    Rig.await("300 more are confirmed", () -> rig.load().confirmed() >= so + 300);
  }

  private Proof prove() {
    var proof = rig.proveFailover(QUIET);
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
      bound = "gap <= down-after + 3 s; lost only what the new master never had, told")
  void when_sentinels_replace_a_killed_master_all_go_on_there_and_lose_only_what_it_never_had() {
    rig.load().steady(300);
    awaitSome();
    killMaster();
    goOn();
    rig.load().stop();

    var proof = prove().duplicatesAtMost(2 * MAX_IN_FLIGHT);
    gapAtMost(proof, DOWN_AFTER.plus(BESIDES));
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
