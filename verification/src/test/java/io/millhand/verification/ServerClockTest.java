// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.verification.rig.Rig.DUPLICATES_PER_KILL;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.awaitility.Awaitility.await;

import io.millhand.testkit.ClockShim;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.WorkerProcess;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The clock of Redis jumps under worker processes at work. */
class ServerClockTest {

  private static final Duration WORK = ofMillis(50);
  private static final Duration QUIET = ofSeconds(30);

  private ClockShim clock;
  private EmbeddedRedis redis;
  private Rig rig;

  @AfterEach
  void close() {
    if (rig != null) {
      rig.close();
      redis.close();
      clock.close();
    }
  }

  @Test
  @Full
  @Row(
      id = "R21",
      fault = "the server's clock jumps an hour forward under load; then a worker is killed",
      bound = "nobody taken for dead by the jump; of the killed: duplicates <= 64, recovery <= 8 s")
  void when_the_servers_clock_jumps_forward_nobody_dies_of_it_but_the_dead(Trial trial) {
    jump(ofHours(1), trial);
  }

  @Test
  @Full
  @Row(
      id = "R21",
      fault = "the server's clock jumps an hour back under load; then a worker is killed",
      bound = "nobody taken for dead by the jump; of the killed: duplicates <= 64, recovery <= 8 s")
  void when_the_servers_clock_jumps_back_what_the_dead_held_is_still_recovered(Trial trial) {
    jump(ofHours(-1), trial);
  }

  private void jump(Duration by, Trial trial) {
    clock = ClockShim.compile().orElse(null);
    Assumptions.assumeTrue(clock != null, ClockShim::none);
    redis = EmbeddedRedis.builder().clock(clock).start();
    rig = new Rig(redis, trial);
    var keeper = rig.worker("keeper", WORK).awaitKeeper();
    var victim = rig.worker("victim", WORK).awaitReady();
    var third = rig.worker("third", WORK).awaitReady();
    var load = rig.load().steady(400);
    List.of(keeper, victim, third).forEach(worker -> worker.awaitHandled(50));
    rig.awaitClientListTrusted(Rig.LEASE);
    Rig.let(ofMillis(trial.random().nextInt(500)));
    clock.jump(by);
    await().atMost(ofSeconds(10)).until(() -> told(keeper, by) || keeps(victim) || keeps(third));
    Rig.let(Rig.LEASE.plusSeconds(1));
    rig.nobodyWasTakenForDead();
    var killed = victim.kill();
    Rig.until(killed, ofSeconds(4));
    load.stop();

    rig.prove(QUIET)
        .duplicatesAtMost(DUPLICATES_PER_KILL)
        .recoveredWithin(victim, killed, ofSeconds(8));
  }

  /** Forward its ticket has run out, and whoever takes it has not seen the jump. */
  private static boolean keeps(WorkerProcess worker) {
    return !worker.lines("KEEPER true").isEmpty();
  }

  private static boolean told(WorkerProcess worker, Duration by) {
    return worker.lines("JUMPED").stream()
        .map(line -> Duration.parse(line.substring("JUMPED ".length())))
        .anyMatch(jump -> jump.minus(by).abs().compareTo(ofSeconds(5)) < 0);
  }
}
