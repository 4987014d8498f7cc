// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.RedisProbe;
import io.millhand.testkit.WithRedis;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code millhand scale} with real workers on a real Redis, deciding by itself. Its objectives are
 * times, and each worker is a process: nothing else runs beside it.
 */
@Isolated
@WithRedis(persistent = true)
class ScaleTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration WORK = Duration.ofMillis(100);
  private static final String SHORT_TIMES =
      "--concurrency 2 --max-in-flight 4 --lease 3s --heartbeat-every 200ms --reconnect-grace 1s";

  @TempDir private Path folder;

  private static List<JsonNode> told(ChildProcess scale, String what) {
    return scale.lines().stream()
        .map(JSON::readTree)
        .filter(line -> line.get("what").asString().equals(what))
        .toList();
  }

  private static int most(ChildProcess scale) {
    return told(scale, "needed").stream()
        .mapToInt(line -> line.get("workers").asInt())
        .max()
        .orElse(0);
  }

  private static int stop(ChildProcess scale) {
    scale.signal("TERM");
    return scale.awaitExit(Site.SOON);
  }

  @Test
  void from_zero_the_first_entry_is_handled_within_3_s_of_its_send(EmbeddedRedis redis) {
    var times = new ArrayList<Double>();
    try (var site = new Site(redis, folder)) {
      for (int run = 1; run <= 3; run++) {
        redis.command("FLUSHALL");
        try (var scale = site.scale(Site.work(SHORT_TIMES), "--every", "5s")) {
          scale.awaitLine(line -> line.contains("\"workers\":0"), Site.SOON);
          var before = site.lines("END").size();
          site.send(1, Duration.ZERO);
          site.awaitHandled(before + 1);
          times.add(site.lines("END").getLast().at() - site.lines("ADD").getLast().at());
          assertThat(stop(scale)).as("%s", scale.errorLines()).isZero();
        }
      }
    }
    System.out.println(
        "from zero, send to handled, s: "
            + times.stream()
                .sorted()
                .map(time -> String.format(Locale.ROOT, "%.2f", time))
                .collect(Collectors.joining(" ")));
    // What else the machine does comes on top.
    assertThat(Collections.min(times)).isLessThan(3);
  }

  @Test
  void ten_times_the_load_is_followed_within_the_objective(EmbeddedRedis redis)
      throws InterruptedException {
    var objective = Duration.ofSeconds(10);
    try (var site = new Site(redis, folder);
        var scale =
            site.scale(
                Site.work(SHORT_TIMES),
                "--every",
                "1s",
                "--objective",
                "10s",
                "--min",
                "1",
                "--max",
                "6")) {
      site.send(8, Duration.ofSeconds(4), WORK);
      assertThat(most(scale)).as("a worker settles 20/s").isEqualTo(1);

      site.send(80, Duration.ofSeconds(9), WORK);
      site.awaitDone(Site.SOON);

      assertThat(stop(scale)).as("%s", scale.errorLines()).isZero();
      var report = site.report();
      System.out.printf(
          Locale.ROOT,
          "step x10: up to %d workers, longest wait %.1f s of %d s, %s%n",
          most(scale),
          site.longestWait(),
          objective.toSeconds(),
          report);
      assertThat(most(scale)).isBetween(4, 6);
      assertThat(site.longestWait()).isLessThan((double) objective.toSeconds());
      assertThat(report.lost()).isEmpty();
      assertThat(report.duplicates()).isZero();
    }
  }

  @Test
  void a_restart_of_redis_leaves_the_fleet_as_it_is_and_loses_nothing(EmbeddedRedis redis) {
    try (var site = new Site(redis, folder);
        var scale =
            site.scale(Site.work(SHORT_TIMES), "--every", "1s", "--min", "2", "--max", "2")) {
      site.send(150, WORK);
      site.awaitHandled(20);

      redis.kill();
      scale.awaitErrorLine(line -> line.contains("stay as they are"), Site.SOON);
      redis.restart();
      site.send(20, WORK);
      site.awaitDone(Site.SOON);
      scale.awaitErrorLine(line -> line.contains("it is known again"), Site.SOON);

      assertThat(told(scale, "started")).hasSize(2);
      assertThat(told(scale, "died")).isEmpty();
      assertThat(told(scale, "retired")).isEmpty();
      assertThat(told(scale, "unknown")).hasSize(1);
      assertThat(stop(scale)).as("%s", scale.errorLines()).isZero();
      var report = site.report();
      System.out.println("restart of Redis: " + report);
      assertThat(report.lost()).isEmpty();
    }
  }

  @Test
  void poison_ends_in_the_dead_letters_and_does_not_drive_the_fleet_to_its_maximum(
      EmbeddedRedis redis) {
    try (var site = new Site(redis, folder);
        var scale =
            site.scale(
                Site.work(SHORT_TIMES + " --max-attempts 3 --retry-first 200ms --retry-cap 1s"),
                "--every",
                "1s",
                "--objective",
                "20s",
                "--min",
                "1",
                "--max",
                "8")) {
      site.send(20, WORK);
      site.awaitDone(Site.SOON);
      site.send(Site.POISON, 40, WORK);
      site.send(20, WORK);
      site.awaitDone(Site.SOON);

      assertThat(stop(scale)).as("%s", scale.errorLines()).isZero();
      var report = site.report();
      System.out.printf("poison: up to %d workers of 8, %s%n", most(scale), report);
      assertThat(most(scale)).isLessThan(8);
      assertThat(RedisProbe.list(redis.command("XRANGE", "{orders}:g:dead", "-", "+"))).hasSize(40);
      assertThat(report.lost()).hasSize(40).allMatch(name -> name.startsWith(Site.POISON));
    }
  }

  @Test
  void a_dry_run_starts_nothing_and_says_what_it_would_do(EmbeddedRedis redis) {
    try (var site = new Site(redis, folder)) {
      site.send(5, WORK);
      try (var scale = site.scale("echo started >&2", "--dry-run")) {
        var line = scale.awaitLine(each -> each.contains("\"needed\""), Site.SOON);

        assertThat(JSON.readTree(line).get("workers").asInt()).isEqualTo(1);
        assertThat(JSON.readTree(line).get("reason").asString()).contains("5 entries wait");
        assertThat(stop(scale)).isZero();
        assertThat(scale.errorLines()).noneMatch("started"::equals);
      }
    }
  }

  @Test
  void no_worker_outlives_a_scaler_that_is_killed(EmbeddedRedis redis) {
    try (var site = new Site(redis, folder);
        var scale = site.scale("echo $$; sleep 100; true", "--min", "2", "--stop-timeout", "2s")) {
      await().atMost(Site.SOON).until(() -> told(scale, "started").size() == 2);
      var pids = told(scale, "started").stream().map(line -> line.get("pid").asLong()).toList();

      scale.signal("KILL");

      await()
          .atMost(Site.SOON)
          .until(
              () ->
                  pids.stream()
                      .noneMatch(
                          pid -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()));
    }
  }

  @Test
  void as_the_first_process_of_a_container_it_ends_when_its_workers_have(EmbeddedRedis redis) {
    assumeThat(mayBeFirst()).as("unshare may not make a container here").isTrue();
    try (var site = new Site(redis, folder);
        var scale = site.scaleAsFirst("sleep 100; true", "--min", "2", "--stop-timeout", "10s")) {
      await().atMost(Site.SOON).until(() -> told(scale, "started").size() == 2);

      first(scale).destroy();

      assertThat(scale.awaitExit(Site.SOON)).as("%s", scale.errorLines()).isZero();
      assertThat(told(scale, "left")).hasSize(2);
      assertThat(told(scale, "killed")).isEmpty();
    }
  }

  private static boolean mayBeFirst() {
    try (var probe =
        ChildProcess.command("unshare", "--fork", "--pid", "--mount-proc", "true").start()) {
      return probe.awaitExit(Site.SOON) == 0;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  /** The process in that container. */
  private static ProcessHandle first(ChildProcess unshare) {
    return ProcessHandle.of(unshare.pid())
        .orElseThrow()
        .children()
        .filter(child -> child.info().command().orElse("").endsWith("java"))
        .findAny()
        .orElseThrow();
  }

  @Test
  void what_cannot_work_is_said_at_once(EmbeddedRedis redis) {
    try (var site = new Site(redis, folder);
        var scale = site.scale("true", "--min", "3", "--max", "2")) {
      assertThat(scale.awaitExit(Site.SOON)).isEqualTo(2);
      assertThat(scale.errorLines()).anyMatch(line -> line.contains("max must be 1 or more"));
    }
    for (var stream : new String[] {"", "a,b"}) {
      try (var site = new Site(redis, folder);
          var scale = site.scale("true", "--stream", stream)) {
        assertThat(scale.awaitExit(Site.SOON)).isEqualTo(2);
        assertThat(scale.errorLines()).anyMatch(line -> line.contains("the name of one stream"));
      }
    }
  }
}
