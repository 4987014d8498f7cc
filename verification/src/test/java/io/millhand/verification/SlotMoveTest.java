// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.verification.rig.Rig.STREAM;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.testkit.EmbeddedCluster;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.RedisProbe;
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

/** The slot of a stream moves from node to node of a Cluster under worker processes at work. */
@Full
class SlotMoveTest {

  private static final Duration WORK = ofMillis(20);
  private static final Duration QUIET = ofSeconds(30);
  private static final int SLOT = EmbeddedCluster.slot(STREAM);
  private static final int MOVES = 10;

  private EmbeddedCluster redis;
  private Trial trial;
  private Rig rig;
  private List<WorkerProcess> workers;

  @BeforeEach
  void open(Trial each) {
    trial = each;
    redis = EmbeddedCluster.builder().replicasPerMaster(0).start();
    rig = new Rig(redis.uri(), () -> redis.owner(STREAM), trial);
    workers = List.of(rig.worker("one", WORK), rig.worker("two", WORK));
    workers.forEach(WorkerProcess::awaitReady);
    rig.load().steady(300);
    workers.forEach(worker -> worker.awaitHandled(100));
  }

  @AfterEach
  void close() {
    rig.close();
    redis.close();
  }

  private EmbeddedRedis another() {
    var owner = redis.owner(STREAM);
    var others = redis.masters().stream().filter(node -> node != owner).toList();
    return others.get(trial.random().nextInt(others.size()));
  }

  private void awaitMore(int entries) {
    var so = rig.load().confirmed();
    Rig.await("more are confirmed", () -> rig.load().confirmed() >= so + entries);
  }

  private Proof prove() {
    rig.load().stop();
    var proof = rig.prove(QUIET).overlapsAtMost(0);
    proof.took("gap", proof.report().longestGap()).also("uncertain", rig.load().failed());
    rig.groupStayed();
    rig.nobodyWasTakenForDead();
    for (var node : redis.nodes()) {
      if (node != redis.owner(STREAM)) {
        assertThat(keys(node)).as("keys left at %s", node).isEmpty();
      }
    }
    return proof;
  }

  private static List<?> keys(EmbeddedRedis node) {
    return RedisProbe.list(node.command("CLUSTER", "GETKEYSINSLOT", Integer.toString(SLOT), "100"));
  }

  @Test
  @Row(
      id = "H8",
      fault = "the loaded slot moves ten times",
      bound = "lost 0; duplicates 0; group never made anew, no key left behind; gap <= 2 s")
  void a_slot_that_moves_ten_times_under_load_loses_nothing_and_leaves_no_group_behind() {
    for (int i = 0; i < MOVES; i++) {
      redis.moveSlot(SLOT, another());
      awaitMore(50 + trial.random().nextInt(100));
    }

    var proof = prove().duplicatesAtMost(0);
    assertThat(proof.report().longestGap()).as("gap").isLessThanOrEqualTo(ofSeconds(2));
  }

  @Test
  @Row(
      id = "H8",
      fault = "the loaded slot stays half moved for 10 s",
      bound = "sends go on; lost 0; duplicates 0; nobody taken for dead; no key left behind")
  void a_slot_that_stays_on_its_way_stops_no_sends_and_gets_nobody_taken_for_dead() {
    var begun = Instant.now();
    redis.beginMove(SLOT, another());
    redis.moveKeys(SLOT);
    awaitMore(1000);
    Rig.until(begun, ofSeconds(10));
    redis.moveKeys(SLOT);
    redis.finishMove(SLOT);
    awaitMore(300);

    prove().duplicatesAtMost(0);
  }
}
