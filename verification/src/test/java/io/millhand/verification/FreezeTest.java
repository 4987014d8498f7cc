// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.verification.rig.Rig.CONCURRENCY;
import static io.millhand.verification.rig.Rig.MAX_IN_FLIGHT;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Worker processes that stand still for a while, as in a long garbage collection. */
@WithRedis
class FreezeTest {

  private static final Duration WORK = ofMillis(300);
  private static final Duration QUIET = ofSeconds(30);

  private Rig rig;

  @BeforeEach
  void open(EmbeddedRedis redis, Trial trial) {
    rig = new Rig(redis, trial);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  @Row(
      id = "W3",
      fault = "SIGSTOP of a worker for more than its lease, then SIGCONT",
      bound =
          "duplicates <= 64, concurrent <= 16 handlers beside two runs each; starts and settles nothing that it lost")
  void a_worker_frozen_for_longer_than_its_lease_starts_nothing_that_it_lost_and_settles_nothing() {
    var other = rig.worker("other", WORK).awaitKeeper();
    var zombie = rig.worker("zombie", WORK, "readAhead=1s").awaitReady();
    var load = rig.load();
    for (int i = 0; i < 150; i++) {
      load.send();
      load.send("do", "fail-once");
    }
    zombie.awaitHandled(50);
    var frozen = zombie.freeze();
    other.awaitLine("BURIED " + zombie.consumer(), ofSeconds(10));
    Rig.until(frozen, Rig.LEASE.multipliedBy(2));
    var thawed = zombie.thaw();
    zombie.awaitLine("DISOWNED", ofSeconds(10));

    // A handler of the zombie that was running overlaps with two runs elsewhere when the first
    // fails.
    var proof = rig.prove(QUIET).duplicatesAtMost(MAX_IN_FLIGHT).overlapsAtMost(2 * CONCURRENCY);
    assertThat(begunAgainByZombie(frozen, thawed)).isEmpty();
    assertThat(zombie.stop()).isZero();
    assertThat(other.stop()).isZero();
    assertThat(zombie.counted("fenced")).isPositive();
    // Each entry left the pending list once: by an ack that found it there.
    assertThat(
            zombie.counted("acked")
                + other.counted("acked")
                - zombie.counted("ackMissing")
                - other.counted("ackMissing"))
        .isEqualTo(load.confirmed());
    assertThat(attemptsThatFailed()).doesNotHaveDuplicates();
    proof.also("fenced", zombie.counted("fenced"));
  }

  /** What others began while it was frozen, and it began after that by its old delivery. */
  private List<String> begunAgainByZombie(Instant frozen, Instant thawed) {
    var taken = new HashMap<String, Long>();
    rig.lines("BEG").stream()
        .filter(words -> words.get(3).equals("other"))
        .filter(words -> micros(words) > micros(frozen) && micros(words) < micros(thawed))
        .forEach(words -> taken.put(words.get(2), Long.parseLong(words.get(5))));
    assertThat(taken).isNotEmpty();
    return rig.lines("BEG").stream()
        .filter(words -> words.get(3).equals("zombie") && micros(words) > micros(thawed))
        .filter(words -> taken.containsKey(words.get(2)))
        .filter(words -> Long.parseLong(words.get(5)) <= taken.get(words.get(2)))
        .map(words -> words.get(2))
        .toList();
  }

  private List<String> attemptsThatFailed() {
    return rig.lines("FAIL").stream()
        .filter(words -> words.get(3).equals("other"))
        .map(words -> words.get(2))
        .toList();
  }

  private static long micros(List<String> words) {
    return Long.parseLong(words.get(1));
  }

  private static long micros(Instant instant) {
    return instant.toEpochMilli() * 1000;
  }

  @Test
  @Row(
      id = "W4",
      fault = "SIGSTOP of a worker for 0.4 leases",
      bound = "duplicates 0; nobody taken for dead")
  void a_worker_frozen_for_less_than_its_lease_loses_nothing() {
    rig.worker("other", WORK, "lease=4s").awaitReady();
    var victim = rig.worker("victim", WORK, "lease=4s").awaitReady();
    rig.load().burst(400);
    victim.awaitHandled(25);
    var frozen = victim.freeze();
    Rig.until(frozen, ofMillis(1600));
    victim.thaw();

    rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0);
    rig.nobodyWasTakenForDead();
  }
}
