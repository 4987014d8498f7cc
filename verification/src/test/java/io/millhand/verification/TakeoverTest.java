// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.HandedOn;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.WorkerProcess;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Measures;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What users see with default settings when a worker dies or goes, twenty times. */
@WithRedis
@Full
class TakeoverTest {

  private static final Duration WORK = ofMillis(200);
  private static final Duration QUIET = ofSeconds(30);
  private static final Duration LEASE = ofSeconds(15);
  private static final int ROUNDS = 5;
  private static final int VICTIMS = 4;
  private static final int WORKERS = 6;
  private static final int CONCURRENCY = 64;
  private static final int HANDLERS = 16;

  private Rig rig;
  private Trial trial;
  private final List<WorkerProcess> workers = new ArrayList<>();
  private int hired;

  @BeforeEach
  void open(EmbeddedRedis redis, Trial trial) {
    this.trial = trial;
    rig = new Rig(redis, trial);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private void hire(int count, String... settings) {
    for (int i = 0; i < count; i++) {
      workers.add(rig.defaultWorker("worker-" + hired++, WORK, settings));
    }
    workers.forEach(WorkerProcess::awaitReady);
  }

  private WorkerProcess somebody() {
    return workers.remove(trial.random().nextInt(workers.size()));
  }

  @Test
  @Row(
      id = "W1",
      fault =
          "kill -9 of 20 workers, keepers among them, 4 of 6 within 2 s, under load, default settings",
      bound = "taken over <= 5 s (median), 8 s (each); duplicates <= 64 handlers each")
  void with_default_settings_the_killed_are_taken_over_in_five_seconds_mostly_eight_at_most() {
    hire(WORKERS);
    rig.awaitClientListTrusted(LEASE);
    var load = rig.load().steady(200);
    Map<WorkerProcess, Instant> killed = new LinkedHashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < VICTIMS; i++) {
        Rig.let(ofMillis(trial.random().nextInt(500)));
        var victim = somebody();
        victim.awaitHandled(1);
        killed.put(victim, victim.kill());
      }
      hire(VICTIMS);
      await()
          .atMost(ofSeconds(20))
          .pollInterval(ofMillis(200))
          .until(() -> rig.group().workers().size() == WORKERS);
    }
    load.stop();

    var proof = rig.prove(QUIET).duplicatesAtMost((long) killed.size() * CONCURRENCY);
    var times =
        killed.entrySet().stream()
            .flatMap(
                each -> proof.report().recovery(each.getKey().name(), each.getValue()).stream())
            .sorted()
            .toList();
    assertThat(times).as("of each victim something was under way").hasSize(killed.size());
    proof
        .took("median recovery", times.get(times.size() / 2))
        .took(Measures.RECOVERY, times.getLast());
    assertThat(times.get(times.size() / 2)).isLessThanOrEqualTo(ofSeconds(5));
    assertThat(times.getLast()).isLessThanOrEqualTo(ofSeconds(8));
  }

  private long begunBy(WorkerProcess worker) {
    return rig.lines("BEG").stream().filter(words -> words.get(3).equals(worker.name())).count();
  }

  @Test
  @Row(
      id = "W13",
      fault = "SIGTERM of 10 workers one by one, under load, default settings but concurrency 16",
      bound = "duplicates 0; status 0; what is handed on begins <= 1 s (median), 2 s (each) later")
  void with_default_settings_what_a_stopped_worker_hands_on_begins_elsewhere_within_a_second() {
    hire(3, "concurrency=" + HANDLERS);
    var load = rig.load();
    var waits = new ArrayList<Duration>();
    for (int i = 0; i < 10; i++) {
      var leaver = somebody();
      hire(1, "concurrency=" + HANDLERS);
      load.burst(400);
      var before = begunBy(leaver);
      await() // the first are through, the next are read ahead
          .atMost(ofSeconds(10))
          .pollInterval(ofMillis(20))
          .until(() -> begunBy(leaver) > before + HANDLERS);
      var stopped = leaver.terminate();
      assertThat(leaver.awaitExit(ofSeconds(15))).isZero();
      rig.group().awaitQuiet(QUIET);
      HandedOn.longestWait(rig, leaver, stopped).ifPresent(waits::add);
    }

    waits.sort(null);
    var proof = rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0);
    assertThat(waits).as("stops that handed something on").hasSizeGreaterThan(4);
    proof.took("median", waits.get(waits.size() / 2)).took("longest", waits.getLast());
    assertThat(waits.get(waits.size() / 2)).isLessThanOrEqualTo(ofSeconds(1));
    assertThat(waits.getLast()).isLessThanOrEqualTo(ofSeconds(2));
  }
}
