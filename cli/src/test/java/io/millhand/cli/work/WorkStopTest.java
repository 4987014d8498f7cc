// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithRedis
class WorkStopTest {

  @Test
  void a_signal_lets_running_handlers_finish_and_hands_the_rest_back(
      EmbeddedRedis redis, @TempDir Path folder) {
    for (int i = 1; i <= 50; i++) {
      redis.command("XADD", "orders", i + "-0", "n", Integer.toString(i));
    }
    var script =
        "echo began; while [ ! -e %s/go ]; do sleep 0.05; done; echo finished".formatted(folder);
    try (var work = WorkProcess.start(redis, "--exec", script, "--concurrency", "2")) {
      await().atMost(WorkProcess.SOON).until(() -> count(work, "began") == 2);
      work.process().signal("TERM");
      work.process()
          .awaitErrorLine(line -> line.contains("draining: 2 handlers run"), WorkProcess.SOON);
      Files.createFile(folder.resolve("go"));
      assertThat(work.process().awaitExit(WorkProcess.SOON)).isZero();

      assertThat(count(work, "began")).isEqualTo(2);
      assertThat(count(work, "finished")).isEqualTo(2);
      assertThat(work.process().errorLines())
          .last()
          .asString()
          .contains("2 acked", "0 left behind");
      // What it had read beyond those two waits for others, and it has left the group.
      assertThat(String.valueOf(redis.command("XINFO", "CONSUMERS", "orders", "g")))
          .doesNotContain(ProcessHandle.current().info().user().orElse("-") + "-");
      assertThat(redis.command("HLEN", "{orders}:g:workers")).isEqualTo(0L);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static long count(WorkProcess work, String line) {
    return work.process().lines().stream().filter(line::equals).count();
  }

  @Test
  void a_second_signal_leaves_at_once_and_takes_the_handlers_along(
      EmbeddedRedis redis, @TempDir Path folder) throws Exception {
    redis.command("XADD", "orders", "1-0", "n", "1");
    var pid = folder.resolve("pid");
    var script = "trap '' TERM; echo $$ > " + pid + "; echo began; while :; do sleep 1; done";
    try (var work = WorkProcess.start(redis, "--exec", script)) {
      work.process().awaitLine("began"::equals, WorkProcess.SOON);
      work.process().signal("TERM");
      work.process()
          .awaitErrorLine(line -> line.contains("draining: 1 handler runs"), WorkProcess.SOON);
      // One that comes within half a second is the first one's echo.
      await()
          .atMost(WorkProcess.SOON)
          .pollInterval(Duration.ofMillis(250))
          .until(
              () -> {
                if (work.process().isAlive()) {
                  work.process().signal("INT");
                }
                return !work.process().isAlive();
              });
      assertThat(work.process().awaitExit(WorkProcess.SOON)).isEqualTo(130);
      var handler = ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()));
      handler.ifPresent(
          process -> process.onExit().orTimeout(5, java.util.concurrent.TimeUnit.SECONDS).join());
      assertThat(String.valueOf(redis.command("XPENDING", "orders", "g")))
          .startsWith("[1, 1-0, 1-0,");
    }
  }

  @Test
  void a_handler_that_outlasts_the_drain_is_ended_and_its_entry_handed_back(EmbeddedRedis redis) {
    redis.command("XADD", "orders", "1-0", "n", "1");
    try (var work =
        WorkProcess.start(redis, "--exec", "echo began; sleep 300", "--drain-timeout", "300ms")) {
      work.process().awaitLine("began"::equals, WorkProcess.SOON);
      assertThat(work.stop()).isZero();
      assertThat(work.process().errorLines())
          .last()
          .asString()
          .contains("1 released, 0 left behind");
      assertThat(String.valueOf(redis.command("XPENDING", "orders", "g"))).contains("~deferred");
    }
  }

  @Test
  void what_redis_could_not_confirm_any_more_is_left_behind_and_the_exit_code_tells(
      EmbeddedRedis redis, @TempDir Path folder) throws Exception {
    redis.command("XADD", "orders", "1-0", "n", "1");
    var script = "echo began; while [ ! -e %s/go ]; do sleep 0.05; done".formatted(folder);
    try (var work = WorkProcess.start(redis, "--exec", script, "--drain-timeout", "1s")) {
      work.process().awaitLine("began"::equals, WorkProcess.SOON);
      redis.kill();
      work.process().signal("TERM");
      work.process()
          .awaitErrorLine(line -> line.contains("draining: 1 handler runs"), WorkProcess.SOON);
      Files.createFile(folder.resolve("go"));
      assertThat(work.process().awaitExit(WorkProcess.SOON)).isEqualTo(4);
      assertThat(work.process().errorLines()).last().asString().contains("1 left behind");
    }
  }

  @Test
  void a_signal_to_the_whole_group_of_processes_fails_no_entry(EmbeddedRedis redis) {
    redis.command("XADD", "orders", "1-0", "n", "1");
    try (var work = WorkProcess.start(redis, "--exec", "echo began; sleep 300")) {
      work.process().awaitLine("began"::equals, WorkProcess.SOON);
      var handlers = ProcessHandle.of(work.process().pid()).orElseThrow().descendants().toList();
      work.process().signal("TERM");
      work.process()
          .awaitErrorLine(line -> line.contains("draining: 1 handler runs"), WorkProcess.SOON);
      handlers.forEach(ProcessHandle::destroy);
      assertThat(work.process().awaitExit(WorkProcess.SOON)).isZero();
      assertThat(work.process().errorLines())
          .last()
          .asString()
          .contains("0 to be retried, 1 put off");
    }
  }
}
