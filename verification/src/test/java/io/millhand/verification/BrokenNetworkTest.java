// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.verification.rig.Rig.CONCURRENCY;
import static io.millhand.verification.rig.Rig.DUPLICATES_PER_KILL;
import static io.millhand.verification.rig.Rig.MAX_IN_FLIGHT;
import static io.millhand.verification.rig.Rig.RECONNECT_GRACE;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.Fault;
import io.millhand.testkit.FaultProxy;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.rig.WorkerProcess;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Worker processes behind a network that breaks, and others that Redis is well for. */
@WithRedis
@Full
class BrokenNetworkTest {

  private static final Duration WORK = ofMillis(20);

  /** Longer than a worker's grace: what waits for it would begin after that. */
  private static final Duration SLOW = ofMillis(1200);

  private static final Duration QUIET = ofSeconds(60);

  private EmbeddedRedis redis;
  private Trial trial;
  private Rig rig;
  private FaultProxy proxy;

  @BeforeEach
  void open(EmbeddedRedis server, Trial ours) {
    redis = server;
    trial = ours;
    rig = new Rig(redis, trial);
    proxy = FaultProxy.to(redis.host(), redis.port(), trial.seed());
  }

  @AfterEach
  void close() {
    proxy.pass();
    rig.close();
    proxy.close();
  }

  private <T> T any(List<T> choices) {
    return choices.get(trial.random().nextInt(choices.size()));
  }

  @Test
  @Row(
      id = "N7",
      fault = "one direction of one worker's links lost for two leases, Redis is well for others",
      bound =
          "duplicates <= 64, concurrent <= 16; from reconnectGrace (1 s) on it starts nothing until"
              + " it is registered again")
  void a_worker_whose_links_work_in_one_direction_only_starts_nothing_from_its_grace_on() {
    rig.worker("other", WORK).awaitKeeper();
    var victim =
        rig.workerBehind(proxy.url(), "victim", ofMillis(100), "readAhead=5s").awaitReady();
    var fault = any(List.<Fault>of(new Fault.DropToClient(), new Fault.DropToServer()));
    var load = rig.load().steady(200);
    victim.awaitHandled(50);
    rig.fill(2 * MAX_IN_FLIGHT, SLOW, victim.named());
    proxy.set(fault);
    var cut = Instant.now();
    Rig.until(cut, Rig.LEASE.multipliedBy(2));
    var back = Instant.now();
    proxy.pass();
    var registered = victim.awaitTimeAfter(cut, "REGISTERED", ofSeconds(20));
    rig.awaitBegun("victim", registered);
    load.stop();

    rig.prove(QUIET)
        .duplicatesAtMost(DUPLICATES_PER_KILL)
        .overlapsAtMost(CONCURRENCY)
        .took("registered again after", Duration.between(back, registered))
        .also("lost", fault.getClass().getSimpleName());
    rig.beganNothing("victim", cut.plus(RECONNECT_GRACE), registered);
    assertThat(rig.group().workers()).contains(victim.consumer());
  }

  @Test
  @Row(
      id = "N8",
      fault = "a link that is refused, reset or black for 1 s, and back for 1 s; 8 times",
      bound =
          "no thread or connection more than before; <= 6 lines logged a time; duplicates <= 64")
  void a_link_that_comes_and_goes_leaves_no_thread_no_connection_and_few_lines_in_the_log() {
    var times = 8;
    rig.worker("other", WORK).awaitKeeper();
    var victim = rig.workerBehind(proxy.url(), "victim", WORK).awaitReady();
    var load = rig.load().steady(100);
    victim.awaitHandled(100);
    var threads = victim.threads();
    var connections = rig.group().connections();
    var logged = victim.logLines().size();
    for (int i = 0; i < times; i++) {
      proxy.set(any(List.of(new Fault.Refuse(), new Fault.Reset(), new Fault.BlackHole())));
      proxy.resetAll();
      Rig.let(ofSeconds(1));
      proxy.pass();
      Rig.let(ofSeconds(1));
    }
    load.stop();

    var proof = rig.prove(QUIET).duplicatesAtMost(DUPLICATES_PER_KILL);
    proof.also("lines", victim.logLines().size() - logged);
    assertThat(victim.logLines().size() - logged).isLessThanOrEqualTo(6 * times);
    await("threads, " + threads + " before")
        .atMost(ofSeconds(20))
        .until(() -> victim.threads() <= threads);
    await("connections, " + connections + " before")
        .atMost(ofSeconds(20))
        .until(() -> rig.group().connections() <= connections);
    assertThat(victim.stop()).isZero();
  }

  @Test
  @Row(
      id = "N9",
      fault = "40 replies cut in the middle by RST, ended early, or with garbage before them",
      bound =
          "duplicates 0; nothing fenced; handling goes on <= 10 s after each; no other reply taken")
  void replies_that_end_in_their_middle_or_begin_with_garbage_are_never_taken_for_others() {
    var worker = rig.workerBehind(proxy.url(), "worker", ofMillis(5)).awaitReady();
    var load = rig.load().steady(300);
    var done = new TreeMap<String, Integer>();
    for (int i = 0; i < 40; i++) {
      var fault =
          any(
              List.of(
                  new Fault.CutAfter(1 + trial.random().nextInt(200)),
                  new Fault.HalfClose(),
                  new Fault.Garbage(1 + trial.random().nextInt(64))));
      strike(worker, any(List.of("XREADGROUP", "XACK", "EVALSHA")), fault);
      done.merge(fault.getClass().getSimpleName(), 1, Integer::sum);
    }
    load.stop();

    // An id taken for another's would be acked unhandled, and be lost here.
    rig.prove(QUIET).duplicatesAtMost(0).also("faults", done);
    assertThat(worker.lines("FENCED ")).isEmpty();
    assertThat(worker.stop()).isZero();
  }

  private void strike(WorkerProcess worker, String command, Fault fault) {
    var handled = worker.lines("HANDLED").size();
    var struck = proxy.when("\r\n" + command + "\r\n", fault);
    struck.orTimeout(10, TimeUnit.SECONDS).join();
    // One byte may make of a reply an error like any other, which ends nothing.
    await().atMost(ofSeconds(10)).until(() -> worker.lines("HANDLED").size() > handled + 1);
  }
}
