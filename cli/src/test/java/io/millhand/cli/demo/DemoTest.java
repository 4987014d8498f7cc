// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.cli.Main;
import io.millhand.testkit.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class DemoTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  private static ChildProcess start(Path temporary, String... more) {
    var process = ChildProcess.java(Main.class).options("-Djava.io.tmpdir=" + temporary);
    return process.args("demo", "--lease", "4s").args(more).start();
  }

  @Test
  void a_worker_is_killed_in_the_middle_and_the_ledgers_prove_that_nothing_was_lost(
      @TempDir Path temporary) throws IOException {
    try (var demo =
        start(
            temporary,
            "--messages",
            "300",
            "--rate",
            "100",
            "--handler-ms",
            "5",
            "--workers",
            "3",
            "--kill",
            "1",
            "--fail-rate",
            "0.05",
            "--json")) {
      assertThat(demo.awaitExit(SOON)).as("%s", demo.errorLines()).isZero();

      assertThat(demo.lines()).as("stdout holds the result and nothing else").hasSize(1);
      var result = new JsonMapper().readTree(demo.lines().getLast());
      assertThat(result.get("sent").asInt()).isEqualTo(300);
      assertThat(result.get("handled").asInt()).isEqualTo(300);
      assertThat(result.get("lost").asInt()).isZero();
      assertThat(result.get("dead").asInt()).isZero();
      assertThat(result.get("duplicates").asInt()).isNotNegative();
      assertThat(result.get("retried").asInt()).isPositive();
      assertThat(result.get("killed").asInt()).isEqualTo(1);
      assertThat(result.get("recoverySeconds").asDouble()).isBetween(0.1, 8.0);
      assertThat(result.get("seconds").asDouble()).isPositive();
      assertThat(result.get("redis").asString()).matches("(valkey )?\\d+\\.\\d+.*");
      assertThat(demo.errorLines()).anyMatch(line -> line.contains("recovery began after"));
    }
    assertThat(left(temporary)).isEmpty();
  }

  @Test
  void without_an_end_it_goes_on_until_ctrl_c_which_drains_and_shows_the_proof(
      @TempDir Path temporary) throws Exception {
    // handlers so slow that the worker is killed with entries in hand
    try (var demo =
        start(temporary, "--workers", "2", "--kill", "0", "--rate", "50", "--handler-ms", "400")) {
      demo.awaitLine(line -> line.contains("handled 1"), SOON);
      var byHand = child(demo, "demo-worker");
      byHand.destroyForcibly();
      demo.awaitLine(line -> line.contains("somebody killed worker-"), SOON);
      demo.awaitLine(line -> line.contains("recovery began after"), SOON);

      interruptGroup(demo);

      assertThat(demo.awaitExit(SOON)).as("%s", demo.errorLines()).isZero();
      assertThat(demo.lines())
          .anyMatch(line -> line.contains("stopping"))
          .anyMatch(line -> line.matches(" +lost +0"))
          .anyMatch(line -> line.matches(" +killed +1 .*"))
          .anyMatch(line -> line.contains("0 pending, 0 deferred, 0 undelivered"))
          .last()
          .asString()
          .startsWith("Nothing was lost.");
    }
    assertThat(left(temporary)).isEmpty();
  }

  @Test
  void with_autoscale_the_fleet_grows_for_a_burst_and_the_proof_shows_it(@TempDir Path temporary)
      throws Exception {
    try (var demo =
        start(temporary, "--autoscale", "--messages", "400", "--workers", "2", "--json")) {
      demo.awaitErrorLine(line -> line.contains("2 workers needed: "), SOON);
      demo.awaitErrorLine(line -> line.contains("worker-2 is ready"), SOON);

      interruptGroup(demo);

      assertThat(demo.awaitExit(SOON)).as("%s", demo.errorLines()).isZero();
      var result = new JsonMapper().readTree(demo.lines().getLast());
      assertThat(result.get("sent").asInt()).isGreaterThan(400);
      assertThat(result.get("handled")).isEqualTo(result.get("sent"));
      assertThat(result.get("lost").asInt()).isZero();
      assertThat(result.get("duplicates").asInt()).isZero();
      assertThat(result.get("killed").asInt()).isZero();
      assertThat(result.get("fleet").valueStream().map(size -> size.get("workers").asInt()))
          .startsWith(1, 2);
      assertThat(result.get("fleet").get(1).get("reason").asString()).contains("wait");
    }
    assertThat(left(temporary)).isEmpty();
  }

  @Test
  void nothing_outlives_a_demo_that_is_killed(@TempDir Path temporary) {
    try (var demo = start(temporary, "--workers", "1")) {
      demo.awaitLine(line -> line.contains("worker-1 is ready"), SOON);
      await().atMost(SOON).until(() -> all(demo).count() >= 2);
      var children = all(demo).toList();

      demo.signal("KILL");

      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));
      await().atMost(SOON).untilAsserted(() -> assertThat(left(temporary)).isEmpty());
    }
  }

  @Test
  void settings_that_cannot_work_are_told_all_at_once(@TempDir Path temporary) {
    try (var demo =
        start(temporary, "--messages", "0", "--workers", "2", "--kill", "2", "--fail-rate", "2")) {
      assertThat(demo.awaitExit(SOON)).isEqualTo(2);
      assertThat(String.join("\n", demo.errorLines()))
          .contains("--messages must be", "--kill (2) must be below", "--fail-rate must be")
          .doesNotContain("\tat ");
    }
  }

  /** A Ctrl-C reaches the whole group of the terminal; ours is led by the demo. */
  private static void interruptGroup(ChildProcess demo) throws Exception {
    var kill =
        new ProcessBuilder("/bin/sh", "-c", "kill -s INT -- -" + demo.pid()).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }

  private static ProcessHandle child(ChildProcess demo, String command) {
    return all(demo)
        .filter(process -> process.info().commandLine().orElse("").contains(command))
        .findFirst()
        .orElseThrow();
  }

  private static Stream<ProcessHandle> all(ChildProcess demo) {
    return ProcessHandle.of(demo.pid()).stream().flatMap(ProcessHandle::descendants);
  }

  /** Folders of the run; the program of the packaged server is kept for the next one. */
  private static List<Path> left(Path temporary) throws IOException {
    var kept = "millhand-redis-" + System.getProperty("user.name");
    try (var files = Files.list(temporary)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("millhand-"))
          .filter(file -> !file.getFileName().toString().equals(kept))
          .toList();
    }
  }
}
