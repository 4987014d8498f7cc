// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

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
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random faults, one after the other, on one group for as long as is asked for. */
@WithRedis(persistent = true)
@Tag("soak")
class SoakTest {

  private static final Duration WORK = ofMillis(20);
  private static final Duration CALM = ofSeconds(60);
  private static final int WORKERS = 4;
  private static final int PER_SECOND = 100;

  /** What is always under way at this pace, and well above it. */
  private static final long CALM_WORK = 64;

  private EmbeddedRedis redis;
  private Trial trial;
  private Rig rig;
  private FaultProxy proxy;
  private int started;

  /** The first is never killed, so that somebody can be looked at who lived through all. */
  private final List<WorkerProcess> workers = new ArrayList<>();

  @BeforeEach
  void open(EmbeddedRedis server, Trial soak) {
    redis = server;
    trial = soak;
    rig = new Rig(redis, soak);
    proxy = FaultProxy.to(redis.host(), redis.port(), soak.seed());
  }

  @AfterEach
  void close() {
    proxy.pass();
    rig.close();
    proxy.close();
  }

  private Map<String, Runnable> faults() {
    var faults = new LinkedHashMap<String, Runnable>();
    faults.put("worker killed", () -> replace(WorkerProcess::kill));
    faults.put("worker stopped", () -> replace(worker -> assertThat(worker.stop()).isZero()));
    faults.put("worker frozen", this::freezeWorker);
    faults.put("redis killed", this::killRedis);
    faults.put("redis frozen", this::freezeRedis);
    faults.put("connections killed", this::killConnections);
    faults.put("links reset", this::resetLinks);
    faults.put("links half open", this::blackenLinks);
    faults.put("scripts flushed", () -> redis.command("SCRIPT", "FLUSH"));
    return faults;
  }

  @Test
  @Row(
      id = "SOAK",
      fault = "random faults, one after the other, 4 workers, 100 entries a second",
      bound = "calm <= 60 s after each; no thread or connection more than at the start")
  void random_faults_for_long_lose_nothing_and_leave_no_thread_or_connection_behind() {
    for (int i = 0; i < WORKERS; i++) {
      workers.add(hire());
    }
    var load = rig.load().steady(PER_SECOND);
    workers.forEach(worker -> worker.awaitHandled(100));
    awaitCalm("at the start");
    var threads = workers.getFirst().threads();
    var connections = rig.group().connections();

    var done = disturb(Instant.now().plus(trial.soakTime()));
    load.stop();

    trial.note(done.toString());
    rig.prove(CALM).also("uncertain sends", load.failed());
    await("threads of the first worker, " + threads + " at the start")
        .atMost(CALM)
        .until(() -> workers.getFirst().threads() <= threads);
    await("connections, " + connections + " at the start")
        .atMost(CALM)
        .until(() -> rig.group().connections() <= connections);
  }

  /** Answers how often each fault was done. */
  private Map<String, Integer> disturb(Instant end) {
    var faults = faults();
    var names = List.copyOf(faults.keySet());
    var done = new TreeMap<String, Integer>();
    var longest = Duration.ZERO;
    while (Instant.now().isBefore(end)) {
      var name = names.get(trial.random().nextInt(names.size()));
      done.merge(name, 1, Integer::sum);
      System.out.println(Instant.now() + " " + name);
      faults.get(name).run();
      var over = Instant.now();
      awaitCalm("after: " + name + ", the last of " + done);
      var calm = Duration.between(over, Instant.now());
      longest = calm.compareTo(longest) > 0 ? calm : longest;
      trial.measured("calm after", longest);
    }
    return done;
  }

  /** Little is under way, and the registered workers are those that live. */
  private void awaitCalm(String when) {
    var living = workers.stream().map(WorkerProcess::consumer).collect(Collectors.toSet());
    await("calm " + when)
        .atMost(CALM)
        .pollInterval(ofMillis(100))
        .ignoreExceptions()
        .until(
            () -> {
              var now = rig.group().unfinished();
              return now.pending() + now.undelivered() <= CALM_WORK
                  && living.equals(Set.copyOf(rig.group().workers()));
            });
  }

  private WorkerProcess hire() {
    return rig.workerBehind(proxy.url(), "worker-" + started++, WORK).awaitReady();
  }

  private void replace(Consumer<WorkerProcess> end) {
    var victim = workers.remove(1 + trial.random().nextInt(workers.size() - 1));
    end.accept(victim);
    workers.add(hire());
  }

  private void freezeWorker() {
    var victim = workers.get(trial.random().nextInt(workers.size()));
    victim.freeze();
    Rig.let(between(500, 5000));
    victim.thaw();
  }

  private void killRedis() {
    redis.kill();
    Rig.let(between(100, 3000));
    redis.restart();
  }

  private void freezeRedis() {
    redis.pause();
    Rig.let(between(500, 5000));
    redis.resume();
  }

  private void killConnections() {
    for (int i = 0; i < 10; i++) {
      redis.command("CLIENT", "KILL", "TYPE", "normal");
      Rig.let(ofMillis(200));
    }
  }

  private void resetLinks() {
    for (int i = 0; i < 20; i++) {
      proxy.resetAll();
      Rig.let(ofMillis(100));
    }
  }

  private void blackenLinks() {
    proxy.set(new Fault.BlackHole());
    Rig.let(between(500, 4000));
    proxy.pass();
  }

  private Duration between(int millis, int more) {
    return ofMillis(millis + trial.random().nextInt(more));
  }
}
