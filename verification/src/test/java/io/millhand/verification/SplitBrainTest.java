// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.verification.rig.Rig.MAX_IN_FLIGHT;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

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

/** A master that comes back after it was replaced, and Sentinels that are gone. */
@Full
class SplitBrainTest {

  private static final Duration WORK = ofMillis(20);
  private static final Duration QUIET = ofSeconds(30);
  private static final Duration DOWN_AFTER = ofSeconds(2);
  private static final int ALARMS = 10;

  /** A calm process asks a Sentinel once a second. */
  private static final Duration NOTICED = ofSeconds(1);

  /** Entries that a sender of 100 a second may put into one write, and some. */
  private static final int ONE_WRITE = 10;

  private EmbeddedSentinel redis;
  private Trial trial;
  private Rig rig;
  private List<WorkerProcess> workers;
  private AtRisk frozen;
  private AtRisk back;

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

  private void begin() {
    rig.load().steady(200);
    var some = 25 * (4 + trial.random().nextInt(5));
    workers.forEach(worker -> worker.awaitHandled(some));
  }

  private void awaitMore(int entries) {
    var so = rig.load().confirmed();
    Rig.await("more are confirmed", () -> rig.load().confirmed() >= so + entries);
  }

  /** The master freezes, is replaced, and comes back to those who know of nothing. */
  private long thaw() {
    begin();
    var old = redis.master();
    Instant thawed;
    try (var blind = rig.loadAt(old.url(), "z", producer -> producer.retryFor(ofSeconds(1)))) {
      blind.steady(100);
      Rig.await("some are sent blindly", () -> blind.confirmed() > 20);
      var cut = Instant.now();
      old.pause();
      frozen = new AtRisk(cut, Instant.now());
      redis.awaitMasterOtherThan(old, ofSeconds(20));
      awaitMore(100);
      thawed = Instant.now();
      old.resume();
      awaitFollower(old);
      back = new AtRisk(thawed, Instant.now());
      blind.stop();
    }
    awaitMore(200);
    rig.load().stop();
    return confirmedByZombie(thawed);
  }

  private static void awaitFollower(EmbeddedRedis old) {
    Rig.await("the old master follows the new one", () -> "slave".equals(old.info("role")));
  }

  /** How many the old master confirmed after it came back, which the new one does not have. */
  private long confirmedByZombie(Instant thawed) {
    var kept = rig.group().kept();
    var gone =
        rig.lines("ADD").stream()
            .filter(words -> Long.parseLong(words.get(1)) / 1000 >= thawed.toEpochMilli())
            .map(words -> words.get(2))
            .filter(name -> !kept.contains(name))
            .toList();
    assertThat(gone).as("confirmed to who asks the Sentinels").noneMatch(it -> it.startsWith("e-"));
    return gone.size();
  }

  private void proveThawed(long zombie) {
    prove(frozen, back).also("confirmed by the old master after its return and gone", zombie);
  }

  private Proof prove(AtRisk... times) {
    var proof = rig.proveFailover(QUIET, times).duplicatesAtMost(2 * MAX_IN_FLIGHT);
    proof.took("gap", proof.report().longestGap());
    rig.groupStayed();
    rig.alarmsAtMost(ALARMS);
    return proof;
  }

  @Test
  @Row(
      id = "H2",
      fault = "SIGSTOP of the master, failover, SIGCONT; a sender that knows no Sentinels",
      bound = "who asks the Sentinels loses nothing at the old master; the other's loss is told")
  void a_master_that_comes_back_after_its_failover_gets_nothing_from_who_asks_the_sentinels() {
    var zombie = thaw();

    proveThawed(zombie);
    assertThat(zombie).as("what the next row's settings save").isPositive();
  }

  @Test
  @Row(
      id = "H2",
      fault = "the same with min-replicas-to-write 1 and min-replicas-max-lag 1",
      bound =
          "who asks the Sentinels loses nothing at the old master; the other no more than one write"
              + " that waited on its connection")
  void with_min_replicas_to_write_a_master_that_comes_back_confirms_but_what_waited_for_it() {
    for (var node : redis.nodes()) {
      node.command("CONFIG", "SET", "min-replicas-max-lag", "1");
      node.command("CONFIG", "SET", "min-replicas-to-write", "1");
    }
    var zombie = thaw();

    proveThawed(zombie);
    // Redis counts its replicas anew only after it has read what its connections hold.
    assertThat(zombie).isLessThanOrEqualTo(ONE_WRITE);
  }

  @Test
  @Row(
      id = "H3",
      fault = "kill -9 of all Sentinels, then of all connections, later they start again",
      bound =
          "work goes on at the known master; told once; a failover is followed later; lost only what"
              + " was confirmed while the old master was still asked, or a second before")
  void without_sentinels_work_goes_on_at_the_known_master_and_their_return_is_noticed() {
    begin();
    var master = redis.master();
    redis.sentinels().forEach(EmbeddedRedis::kill);
    master.command("CLIENT", "KILL", "TYPE", "normal");
    awaitMore(400);
    Rig.await("all have told", () -> workers.stream().allMatch(each -> told(each) == 1));
    redis.sentinels().forEach(EmbeddedRedis::restart);
    Rig.await("all are content", () -> workers.stream().allMatch(SplitBrainTest::sees));
    redis.awaitHealthy(ofSeconds(20));
    var cut = Instant.now();
    redis.failover();
    var followed = Instant.now().plus(NOTICED);
    awaitMore(200);
    rig.load().stop();

    prove(new AtRisk(cut, followed));
    assertThat(workers).allSatisfy(each -> assertThat(told(each)).isEqualTo(1));
  }

  private static int told(WorkerProcess worker) {
    return worker.logged("no Sentinel answers").size();
  }

  private static boolean sees(WorkerProcess worker) {
    return !worker.logged("the Sentinels answer again").isEmpty();
  }
}
