// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.verification.rig.Rig.MAX_IN_FLIGHT;
import static io.millhand.verification.rig.Rig.RECONNECT_GRACE;
import static io.millhand.verification.rig.Rig.STREAM;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.testkit.EmbeddedCluster;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.verification.rig.AtRisk;
import io.millhand.verification.rig.Proof;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.WorkerProcess;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Cluster of three masters with a replica each, under worker processes at work. */
@Full
class ClusterFaultTest {

  private static final Duration WORK = ofMillis(20);
  private static final Duration QUIET = ofSeconds(30);
  private static final Duration NODE_TIMEOUT = ofSeconds(2);

  /** What a failover may cost besides the time after which the nodes act. */
  private static final Duration BESIDES = ofSeconds(3);

  private static final int ALARMS = 10;

  private EmbeddedCluster redis;
  private Trial trial;
  private Rig rig;
  private List<WorkerProcess> workers;

  @BeforeEach
  void open(Trial each) {
    trial = each;
    redis = EmbeddedCluster.builder().nodeTimeout(NODE_TIMEOUT).start();
    rig = new Rig(redis.uri(), () -> redis.owner(STREAM), trial);
    workers =
        List.of(rig.worker("one", WORK, "readAhead=5s"), rig.worker("two", WORK, "readAhead=5s"));
    workers.forEach(WorkerProcess::awaitReady);
  }

  @AfterEach
  void close() {
    rig.close();
    redis.close();
  }

  private void begin() {
    rig.load().steady(300);
    var some = 25 * (4 + trial.random().nextInt(9));
    workers.forEach(worker -> worker.awaitHandled(some));
  }

  private void goOn() {
    var so = rig.load().confirmed();
    Rig.await("300 more are confirmed", () -> rig.load().confirmed() >= so + 300);
  }

  private EmbeddedRedis aMasterOtherThan(EmbeddedRedis node) {
    return redis.masters().stream().filter(each -> each != node).findFirst().orElseThrow();
  }

  private Proof proveNothingLost() {
    rig.load().stop();
    return checked(rig.prove(QUIET));
  }

  private Proof proveFailover(AtRisk atRisk) {
    rig.load().stop();
    return checked(rig.proveFailover(QUIET, atRisk));
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
      id = "H7",
      fault = "kill -9 of the stream's node in a Cluster under load (node-timeout 2 s)",
      bound =
          "gap <= node-timeout + 3 s; lost only what was confirmed in the last second before the"
              + " kill and the new owner never had, told")
  void when_the_node_of_a_stream_is_killed_all_go_on_at_its_replica() {
    begin();
    var before = redis.owner(STREAM);
    var cut = Instant.now();
    before.kill();
    var killed = Instant.now();
    Rig.await("another owner", () -> redis.owner(STREAM) != before);
    var named = Instant.now();
    goOn();

    var proof = proveFailover(new AtRisk(cut, killed)).duplicatesAtMost(2 * MAX_IN_FLIGHT);
    var resumed = proof.report().firstEndAfter(killed.plus(NODE_TIMEOUT)).orElseThrow();
    proof
        .took("until most nodes name another", Duration.between(killed, named))
        .took("from then", Duration.between(named, resumed));
    gapAtMost(proof, NODE_TIMEOUT.plus(BESIDES));
  }

  @Test
  @Row(
      id = "H6",
      fault = "CLUSTER FAILOVER under load",
      bound = "gap <= 2 s; lost 0, also by Redis; duplicates 0")
  void a_failover_in_agreement_with_the_old_owner_loses_and_repeats_nothing() {
    begin();
    redis.failover(redis.replicaOf(redis.owner(STREAM)));
    goOn();

    gapAtMost(proveNothingLost().duplicatesAtMost(0).overlapsAtMost(0), ofSeconds(2));
  }

  @Test
  @Row(
      id = "H6",
      fault = "CLUSTER FAILOVER TAKEOVER under load",
      bound =
          "gap <= 2 s; lost only what was confirmed while the old owner did not know, or a second"
              + " before, told")
  void a_replica_that_takes_over_without_asking_is_followed_at_once() {
    begin();
    var replica = redis.replicaOf(redis.owner(STREAM));
    var cut = Instant.now();
    redis.takeover(replica);
    var known = Instant.now();
    goOn();

    var proof = proveFailover(new AtRisk(cut, known)).duplicatesAtMost(2 * MAX_IN_FLIGHT);
    gapAtMost(proof, ofSeconds(2));
  }

  @Test
  @Row(
      id = "H9",
      fault = "SIGSTOP of all nodes but the stream's for 8 s (node-timeout 2 s)",
      bound =
          "CLUSTERDOWN <= 1.5 node-timeout + 1 s; then begins only what was held, 64 each, and after"
              + " reconnectGrace nothing; work goes on <= 5 s after; only what was confirmed before"
              + " CLUSTERDOWN is at risk, counted")
  void a_node_in_the_minority_refuses_soon_and_work_goes_on_when_the_others_are_back() {
    begin();
    var owner = redis.owner(STREAM);
    var others = redis.nodes().stream().filter(node -> node != owner).toList();
    var before = rig.load().confirmed();
    var cut = Instant.now();
    others.forEach(EmbeddedRedis::pause);
    rig.fill(
        4 * MAX_IN_FLIGHT,
        ofSeconds(1),
        workers.stream().map(WorkerProcess::named).toArray(Rig.Named[]::new));
    Rig.await("CLUSTERDOWN", () -> clusterState(owner).contains("cluster_state:fail"));
    var refused = Instant.now();
    var atRisk = rig.load().confirmed() - before;
    Rig.until(cut, ofSeconds(8));
    others.forEach(EmbeddedRedis::resume);
    var back = Instant.now();
    goOn();

    var proof = proveFailover(new AtRisk(cut, refused)).duplicatesAtMost(2 * MAX_IN_FLIGHT);
    var first =
        workers.stream()
            .map(each -> rig.awaitBegun(each.name(), back))
            .min(Comparator.naturalOrder())
            .orElseThrow();
    proof
        .took("CLUSTERDOWN", Duration.between(cut, refused))
        .took("resumed", Duration.between(back, first))
        .also("at risk", atRisk)
        .also("begun from what was held", begun(refused, back));
    for (var worker : workers) {
      assertThat(rig.begun(worker.name(), refused, back)).hasSizeLessThanOrEqualTo(MAX_IN_FLIGHT);
      rig.beganNothing(worker.name(), refused.plus(RECONNECT_GRACE), back);
    }
    // A node is asked half a time-out after its last answer, at the latest.
    assertThat(refused)
        .isBefore(cut.plus(NODE_TIMEOUT.multipliedBy(3).dividedBy(2)).plusSeconds(1));
    assertThat(first).isBefore(back.plusSeconds(5));
  }

  private int begun(Instant from, Instant to) {
    return workers.stream().mapToInt(each -> rig.begun(each.name(), from, to).size()).sum();
  }

  private static String clusterState(EmbeddedRedis node) {
    return String.valueOf(node.command("CLUSTER", "INFO"));
  }

  @Test
  @Row(
      id = "H10",
      fault = "a node joins and gets the loaded slot; the slot goes back, the node leaves",
      bound = "gap <= 2 s; lost 0; duplicates <= 64 in flight each and move")
  void readers_follow_a_stream_to_a_node_that_joins_and_away_from_one_that_leaves() {
    begin();
    var slot = EmbeddedCluster.slot(STREAM);
    var home = redis.owner(STREAM);
    var guest = redis.addNode();
    redis.moveSlot(slot, guest);
    goOn();
    assertThat(redis.owner(STREAM)).isSameAs(guest);
    redis.moveSlot(slot, aMasterOtherThan(guest));
    Rig.await("the node has no slot", () -> !redis.masters().contains(guest));
    redis.removeNode(guest);
    goOn();

    gapAtMost(proveNothingLost().duplicatesAtMost(4 * MAX_IN_FLIGHT), ofSeconds(2));
    assertThat(home.isRunning()).isTrue();
  }
}
