// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millhand.testkit.ClockShim;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.Surroundings;
import io.millhand.verification.rig.WorkerProcess;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Worker processes whose wall clocks are wrong. */
@WithRedis
@Full
class SkewTest {

  private static final Duration WORK = ofMillis(20);
  private static final Duration QUIET = ofSeconds(30);
  private static final Duration RETRY = ofSeconds(1);

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

  private static ClockShim clock(Duration ahead) {
    var clock = ClockShim.compile();
    assumeTrue(clock.isPresent(), ClockShim.none());
    clock.get().jump(ahead);
    return clock.get();
  }

  private WorkerProcess worker(String name, ClockShim clock) {
    var surroundings = new Surroundings(List.of(), clock.environment());
    return rig.workerIn(surroundings, name, WORK, "retryAfter=1s").awaitReady();
  }

  @Test
  @Row(
      id = "W21",
      fault = "a worker an hour ahead and one an hour behind jump by 30 min more; one is killed -9",
      bound =
          "retries wait for 1 s, late by 1 s at most; taken over <= 4 s; nobody else taken for dead")
  void wrong_clocks_of_workers_change_neither_due_times_nor_who_is_taken_for_dead() {
    try (var ahead = clock(Duration.ofHours(1));
        var behind = clock(Duration.ofHours(-1))) {
      var early = worker("early", ahead);
      var late = worker("late", behind);
      rig.awaitClientListTrusted(Rig.LEASE);
      var skews = new HashMap<>(Map.of("early", ahead.offset(), "late", behind.offset()));
      rig.load().burst(200, "do", "fail-once");
      rig.group().awaitQuiet(QUIET);
      checkWaits(skews);

      ahead.jump(Duration.ofMinutes(30));
      behind.jump(Duration.ofMinutes(-30));
      rig.load().burst(2000);
      early.awaitHandled(300 + 25 * trial.random().nextInt(8));
      assertThat(late.lines("DIED")).isEmpty();
      var killed = early.kill();
      late.awaitLine("RECLAIMED " + early.consumer(), ofSeconds(4));
      var took = Duration.between(killed, Instant.now());

      rig.prove(QUIET).duplicatesAtMost(Rig.DUPLICATES_PER_KILL).took("taken over", took);
      assertThat(late.stop()).isZero();
    }
  }

  /** By the true clock. */
  private void checkWaits(Map<String, Duration> skews) {
    var failed = new HashMap<String, Long>();
    rig.lines("FAIL").forEach(words -> failed.put(words.get(2), millis(words, skews)));
    assertThat(failed).hasSize(200);
    long longest = 0;
    for (var words : rig.lines("BEG")) {
      if (words.get(4).equals("2")) {
        var waited = millis(words, skews) - failed.get(words.get(2));
        longest = Math.max(longest, waited);
        assertThat(waited).isBetween(RETRY.toMillis() - 2, RETRY.toMillis() + 1000);
      }
    }
    trial.measured("longest retry wait", ofMillis(longest));
  }

  private static long millis(List<String> words, Map<String, Duration> skews) {
    return Long.parseLong(words.get(1)) / 1000 - skews.get(words.get(3)).toMillis();
  }
}
