// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.cli.Main;
import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

@WithRedis
class WorkStartTest {

  @Test
  void a_worker_waits_for_its_redis_says_so_once_and_then_works(EmbeddedRedis redis) {
    redis.kill();
    try (var process = WorkProcess.builder(redis, "--print", "--log", "json").start()) {
      var said =
          process.awaitErrorLine(
              line -> line.contains("waiting as long as it takes"), WorkProcess.SOON);
      assertThat(new JsonMapper().readTree(said).get("level").asString()).isEqualTo("warn");
      redis.restart();
      redis.command("XADD", "orders", "1-0", "n", "1");
      process.awaitLine("orders 1-0 n=1"::equals, WorkProcess.SOON);
      assertThat(process.errorLines().stream().filter(line -> line.contains("waiting"))).hasSize(1);
      process.signal("INT");
      assertThat(process.awaitExit(WorkProcess.SOON)).isZero();
    }
  }

  @Test
  void it_waits_no_longer_than_it_is_told(EmbeddedRedis redis) {
    redis.kill();
    try (var process = WorkProcess.builder(redis, "--print", "--wait-for-redis", "400ms").start()) {
      assertThat(process.awaitExit(WorkProcess.SOON)).isEqualTo(3);
      assertThat(process.errorLines())
          .last()
          .asString()
          .startsWith("millhand: ")
          .contains("refused");
    }
  }

  @Test
  void a_signal_while_it_waits_ends_it_at_once(EmbeddedRedis redis) {
    redis.kill();
    try (var process = WorkProcess.builder(redis, "--print").start()) {
      process.awaitErrorLine(line -> line.contains("waiting"), WorkProcess.SOON);
      process.signal("TERM");
      assertThat(process.awaitExit(WorkProcess.SOON)).isZero();
    }
  }

  @Test
  void a_key_that_is_no_stream_ends_all_workers_and_says_why(EmbeddedRedis redis) {
    redis.command("SET", "returns", "a string");
    try (var process = WorkProcess.builder(redis, "--stream", "returns", "--print").start()) {
      assertThat(process.awaitExit(WorkProcess.SOON)).isEqualTo(1);
      assertThat(process.errorLines())
          .anyMatch(line -> line.contains("orders/g") && line.contains("stopped"))
          .last()
          .asString()
          .startsWith("millhand: ")
          .contains("WRONGTYPE");
    }
  }

  @Test
  void a_wrong_password_is_told_without_waiting_and_never_shown() {
    try (var redis = EmbeddedRedis.builder().password("right-word").start();
        var process =
            ChildProcess.java(Main.class)
                .args("work", "--stream", "s", "--group", "g", "--print", "--debug")
                .environment("REDIS_URL", "redis://:wrong-word@127.0.0.1:" + redis.port())
                .start()) {
      assertThat(process.awaitExit(WorkProcess.SOON)).isEqualTo(3);
      assertThat(process.errorLines())
          .noneMatch(line -> line.contains("wrong-word"))
          .last()
          .asString()
          .startsWith("millhand: ");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "work --group g --print | --stream",
        "work --stream s --group g | Give one of --exec",
        "work --stream s --group g --print --exec x | --exec and --print are two answers",
        "work --stream s --group g --print --lease 1s | lease (PT1S) must be at least 4 x heartbeatEvery",
        "work --stream s --group g --print --redis redis://:hunter2@h | --password-file",
        "work --stream s --group g --print --children 2 | --children, --per-child: only with --pipe",
        "work --stream s --group g --http ftp://h | --http wants an address such as",
        "work --stream s --group g --exec x --start yesterday | --start: expected",
        "wrok | wrok"
      })
  void what_cannot_work_is_told_in_words_with_exit_code_2(
      String line, String told, EmbeddedRedis redis) {
    try (var process =
        ChildProcess.java(Main.class)
            .args(line.split(" "))
            .environment("REDIS_URL", redis.url())
            .start()) {
      assertThat(process.awaitExit(WorkProcess.SOON)).isEqualTo(2);
      assertThat(String.join("\n", process.errorLines()))
          .contains("millhand: ", told)
          .doesNotContain("hunter2", "\tat ");
    }
  }
}
