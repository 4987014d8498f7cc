// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.Stalls;
import io.millhand.verification.rig.WorkerProcess;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Workers that come and go as an orchestrator wants, under load. */
@WithRedis
@Full
class FleetTest {

  private static final Duration WORK = ofMillis(20);
  private static final Duration QUIET = ofSeconds(30);

  private Rig rig;
  private Trial trial;

  @BeforeEach
  void open(EmbeddedRedis redis, Trial trial) {
    this.trial = trial;
    rig = new Rig(redis, trial);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  @Row(
      id = "W22",
      fault = "rolling restart of 6 workers, 200 entries a second",
      bound = "duplicates 0; nothing handled for 1 s at most, while the machine does not stall")
  void a_rolling_restart_repeats_nothing_and_stalls_nobody() {
    var workers = new ArrayList<WorkerProcess>();
    for (int i = 0; i < 6; i++) {
      workers.add(rig.worker("old-" + i, WORK));
    }
    workers.forEach(WorkerProcess::awaitReady);
    try (var stalls = Stalls.watch()) {
      var load = rig.load().steady(200);
      workers.getFirst().awaitHandled(25);
      Collections.shuffle(workers, trial.random());
      for (int i = 0; i < workers.size(); i++) {
        assertThat(workers.get(i).stop()).isZero();
        rig.worker("new-" + i, WORK).awaitReady();
      }
      load.stop();
      var proof = rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0);
      proof.took("machine's longest stall", stalls.longest());
      assertThat(proof.report().longestGap()).isLessThan(ofSeconds(1).plus(stalls.longest()));
    }
    rig.nobodyWasTakenForDead();
    assertThat(rig.group().workers()).hasSize(6);
  }

  @Test
  @Row(
      id = "W23",
      fault = "1 worker, then 8, then 1, 200 entries a second",
      bound = "duplicates 0; each of the 8 gets work; no consumer is left of those that went")
  void scaling_out_and_in_starves_nobody_and_leaves_no_consumer_behind() {
    var first = rig.worker("first", WORK).awaitReady();
    var load = rig.load().steady(200);
    first.awaitHandled(25);
    var more = new ArrayList<WorkerProcess>();
    for (int i = 0; i < 7; i++) {
      more.add(rig.worker("more-" + i, WORK));
    }
    more.forEach(worker -> worker.awaitHandled(25));

    more.forEach(WorkerProcess::terminate);
    for (var worker : more) {
      assertThat(worker.awaitExit(ofSeconds(15))).isZero();
    }
    load.stop();

    rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0);
    assertThat(rig.group().workers()).containsExactly(first.consumer());
    await()
        .atMost(ofSeconds(5))
        .untilAsserted(
            () ->
                assertThat(rig.group().consumers())
                    .isSubsetOf(List.of(first.consumer(), "~deferred")));
    rig.nobodyWasTakenForDead();
  }
}
