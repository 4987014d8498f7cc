// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.autoscale.Advice;
import io.millhand.cli.CommandFailure;
import io.millhand.cli.Output;
import io.millhand.cli.autoscale.GroupName;
import io.millhand.cli.autoscale.Signal;
import io.millhand.cli.autoscale.Signals;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.RedisProbe;
import io.millhand.testkit.WithRedis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real worker processes; how many there are to be, the test writes on the board. */
@WithRedis
class ForemanTest {

  private static final Duration WORK = Duration.ofMillis(50);
  private static final String SHORT_TIMES =
      "--concurrency 4 --max-in-flight 12 --lease 3s --heartbeat-every 200ms --reconnect-grace 1s";

  private final Signals signals = new Signals(Duration.ofMinutes(1));
  @TempDir private Path folder;

  /** A foreman at work in a thread of his own. */
  private final class Shift implements AutoCloseable {
    final Foreman foreman;
    final CompletableFuture<Integer> end = new CompletableFuture<>();

    Shift(String command, Map<String, String> environment) {
      this(command, environment, Duration.ofSeconds(10));
    }

    Shift(String command, Map<String, String> environment, Duration stopTimeout) {
      var launch = new Launch(command, environment, stopTimeout, Launch.Stdout.OURS);
      foreman =
          new Foreman(
              new GroupName(Site.STREAM, Site.GROUP),
              0,
              stopTimeout,
              signals,
              launch,
              new Account(new Output()));
      Thread.ofPlatform()
          .name("foreman")
          .start(
              () -> {
                try {
                  end.complete(foreman.run());
                } catch (InterruptedException | RuntimeException e) {
                  end.completeExceptionally(e);
                }
              });
    }

    void need(int workers) {
      signals.publish(List.of(signal(new Advice.Need(workers, "the test says so"))));
    }

    int stop() {
      foreman.stop();
      return end.orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
      foreman.stop();
      foreman.killAll();
      end.exceptionally(error -> -1).join();
    }
  }

  private static Signal signal(Advice advice) {
    return new Signal(
        Site.STREAM,
        Site.GROUP,
        Instant.EPOCH,
        advice,
        0,
        true,
        OptionalLong.empty(),
        0,
        OptionalLong.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  private static void awaitWorkers(Site site, int count) {
    await().atMost(Site.SOON).ignoreExceptions().until(() -> site.group().crew().alive() == count);
  }

  @Test
  void half_the_fleet_leaves_under_load_and_nothing_is_lost_or_handled_twice(EmbeddedRedis redis) {
    try (var site = new Site(redis, folder);
        var shift = new Shift(Site.work(SHORT_TIMES), site.environment())) {
      shift.need(4);
      awaitWorkers(site, 4);
      site.send(900, WORK);
      site.awaitHandled(100);

      var before = holders(redis);
      var asked = System.currentTimeMillis() / 1000.0;
      shift.need(2);
      awaitWorkers(site, 2);
      var stayed =
          site.group().members().stream().map(member -> member.name()).collect(Collectors.toSet());
      site.awaitDone(Site.SOON);

      assertThat(shift.stop()).isZero();
      var report = site.report();
      var taken = takenUp(site, before, stayed, asked);
      System.out.printf(
          "scale-in of half the fleet: sent %d, handled %d, lost %d, twice %d; %d entries changed hands, the last began %.2f s after SIGTERM%n",
          report.sent(),
          report.handled(),
          report.lost().size(),
          report.duplicates(),
          taken.size(),
          taken.values().stream().mapToDouble(at -> at).max().orElse(0));
      assertThat(report.lost()).isEmpty();
      assertThat(report.duplicates()).isZero();
      assertThat(report.overlaps()).isZero();
      assertThat(taken).isNotEmpty();
      assertThat(taken.values()).allSatisfy(after -> assertThat(after).isLessThan(1));
    }
  }

  /** Which entries which consumer holds. */
  private static Map<String, String> holders(EmbeddedRedis redis) {
    return RedisProbe.list(redis.command("XPENDING", Site.STREAM, Site.GROUP, "-", "+", "1000"))
        .stream()
        .map(RedisProbe::list)
        .collect(
            Collectors.toMap(row -> String.valueOf(row.get(0)), row -> String.valueOf(row.get(1))));
  }

  /**
   * Names of entries that somebody held who then left, and that another began, and how long after
   * that time.
   */
  private static Map<String, Double> takenUp(
      Site site, Map<String, String> before, Set<String> stayed, double asked) {
    var names = new HashMap<String, String>(); // what stands for a worker in ADD is the entry's id
    site.lines("ADD").forEach(line -> names.put(line.worker(), line.name()));
    var released =
        before.entrySet().stream()
            .filter(each -> !stayed.contains(each.getValue()))
            .map(each -> names.get(each.getKey()))
            .collect(Collectors.toSet());
    var taken = new HashMap<String, Double>();
    site.lines("BEG").stream()
        .filter(line -> line.at() > asked && released.contains(line.name()))
        .forEach(line -> taken.putIfAbsent(line.name(), line.at() - asked));
    return taken;
  }

  @Test
  void a_command_that_never_lives_is_given_up_with_its_last_words() {
    try (var shift = new Shift("echo no such database >&2; exit 7", Map.of())) {
      shift.need(3);

      assertThat(shift.end)
          .failsWithin(Duration.ofSeconds(60))
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(CommandFailure.class)
          .withMessageContaining("exit code 7")
          .withMessageContaining("no such database");
    }
  }

  @Test
  void while_nothing_is_known_the_fleet_stays_as_it_is() {
    try (var shift = new Shift("exec sleep 100", Map.of())) {
      shift.need(2);
      await().atMost(Site.SOON).until(() -> shift.foreman.requested() == 2);

      signals.fail("Redis is away");
      signals.publish(List.of(signal(new Advice.Unknown("half of it cannot be read"))));
      shift.need(3);
      await().atMost(Site.SOON).until(() -> shift.foreman.requested() == 3);
      signals.publish(List.of());
      signals.fail("Redis is away");

      assertThat(shift.foreman.requested()).isEqualTo(3);
      shift.need(1);
      await().atMost(Site.SOON).until(() -> shift.foreman.requested() == 1);
      assertThat(shift.stop()).isZero();
    }
  }

  /** Variables with which some starts are refused: the kernel takes none of that length. */
  private static final class Variables extends AbstractMap<String, String> {
    private final AtomicInteger starts = new AtomicInteger();
    private final IntPredicate refused;
    private final Map<String, String> usual;

    Variables(IntPredicate refused, Map<String, String> usual) {
      this.refused = refused;
      this.usual = usual;
    }

    @Override
    public Set<Map.Entry<String, String>> entrySet() {
      return refused.test(starts.incrementAndGet())
          ? Map.of("TOO_LONG", "x".repeat(4 << 20)).entrySet()
          : usual.entrySet();
    }
  }

  @Test
  void that_a_worker_cannot_be_started_costs_none_of_the_others() {
    var variables = new Variables(start -> start == 3 || start == 4, Map.of());
    try (var shift = new Shift("exec sleep 100", variables)) {
      shift.need(2);
      await().atMost(Site.SOON).until(() -> shift.foreman.requested() == 2);
      var before = shift.foreman.pids();

      shift.need(3);
      await().atMost(Site.SOON).until(() -> shift.end.isDone() || shift.foreman.requested() == 3);

      assertThat(shift.foreman.pids()).hasSize(3).containsAll(before);
      assertThat(variables.starts).hasValue(5);
      assertThat(shift.stop()).isZero();
    }
  }

  @Test
  void where_none_can_be_started_it_gives_up_when_those_there_have_drained() {
    var drained = folder.resolve("drained");
    var command =
        "trap 'sleep 0.5; echo drained >\"$DRAINED\"; exit 0' TERM; while :; do sleep 0.1; done";
    var variables = new Variables(start -> start != 3, Map.of("DRAINED", drained.toString()));
    try (var shift = new Shift(command, variables)) {
      shift.need(2);

      assertThat(shift.end)
          .failsWithin(Duration.ofSeconds(60))
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(CommandFailure.class)
          .withMessageContaining("could not be started")
          .withMessageContaining("Argument list too long");
      assertThat(drained).hasContent("drained");
    }
  }

  /** One that does not hear SIGTERM; it has been started when this returns. */
  private Shift deaf() {
    var ready = folder.resolve("ready");
    var command = "trap '' TERM; echo >\"$READY\"; while :; do sleep 0.1; done";
    var shift = new Shift(command, Map.of("READY", ready.toString()), Duration.ofSeconds(1));
    shift.need(1);
    await().atMost(Site.SOON).until(() -> Files.exists(ready) && shift.foreman.requested() == 1);
    return shift;
  }

  @Test
  void who_does_not_drain_in_time_is_killed_and_that_shows_in_the_exit_code() {
    try (var shift = deaf()) {
      assertThat(shift.stop()).isEqualTo(4);
    }
  }

  @Test
  void who_was_killed_before_the_stop_does_not_show_in_the_exit_code() {
    try (var shift = deaf()) {
      var pid = shift.foreman.pids().getFirst();
      shift.need(0);
      await()
          .atMost(Site.SOON)
          .until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());

      assertThat(shift.stop()).isZero();
    }
  }

  @Test
  void who_is_killed_is_replaced_and_others_take_over_what_he_held(EmbeddedRedis redis) {
    try (var site = new Site(redis, folder);
        var shift = new Shift(Site.work(SHORT_TIMES), site.environment())) {
      shift.need(4);
      awaitWorkers(site, 4);
      site.send(600, WORK);
      site.awaitHandled(50);

      var killed = shift.foreman.pids().subList(0, 2);
      killed.forEach(pid -> ProcessHandle.of(pid).orElseThrow().destroyForcibly());

      await()
          .atMost(Site.SOON)
          .until(
              () ->
                  shift.foreman.pids().size() == 4
                      && shift.foreman.pids().stream().noneMatch(killed::contains));
      site.awaitDone(Site.SOON);
      assertThat(shift.stop()).isZero();
      var report = site.report();
      System.out.printf("half the fleet killed: %s%n", report);
      assertThat(report.lost()).isEmpty();
      assertThat(report.duplicates()).as("what was handled and not yet acked").isLessThan(24);
    }
  }
}
