// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.cli.Main;
import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What is sent once, and what must be durable. */
@WithRedis
class SendOnceTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  private static ChildProcess.Builder send(EmbeddedRedis redis, String... args) {
    return ChildProcess.java(Main.class).args("send", "--redis", redis.url()).args(args);
  }

  private static Object length(EmbeddedRedis redis) {
    return redis.command("XLEN", "orders");
  }

  @Test
  void a_file_that_is_sent_again_adds_what_was_missing(EmbeddedRedis redis, @TempDir Path folder)
      throws IOException {
    var half = Files.writeString(folder.resolve("half.csv"), "id,name\n1,a\n2,b\n");
    var whole = Files.writeString(folder.resolve("whole.csv"), "id,name\n1,a\n2,b\n3,c\n4,d\n");

    for (var file : List.of(half, whole, whole)) {
      try (var send =
          send(redis, "orders", "--csv", file.toString(), "--once-key", "id", "--once-window", "1h")
              .start()) {
        assertThat(send.awaitExit(SOON)).isZero();
      }
    }
    assertThat(length(redis)).isEqualTo(4L);
  }

  @Test
  void a_line_without_its_key_is_no_entry(EmbeddedRedis redis, @TempDir Path folder)
      throws IOException {
    var file =
        Files.writeString(
            folder.resolve("orders.ndjson"),
            "{\"id\":1}\n{\"other\":2}\n{\"id\":\"\"}\n{\"id\":3}\n");

    try (var send =
        send(
                redis,
                "orders",
                "--ndjson",
                file.toString(),
                "--once-key",
                "id",
                "--skip-bad-lines",
                "--json")
            .start()) {
      assertThat(send.awaitExit(SOON)).isZero();

      assertThat(new JsonMapper().readTree(send.lines().getLast()).get("skipped").asInt())
          .isEqualTo(2);
      assertThat(send.errorLines())
          .containsExactly(
              "millhand: line 2 was skipped: its key: the entry has no field \"id\"",
              "millhand: line 3 was skipped: its key, the field \"id\", is empty");
    }
    assertThat(length(redis)).isEqualTo(2L);
  }

  @Test
  void an_entry_that_no_replica_confirms_is_told_with_its_id_and_an_exit_code(EmbeddedRedis redis) {
    try (var send =
        send(redis, "orders", "id=1", "--durability", "replicas:1", "--durable-within", "100ms")
            .start()) {
      assertThat(send.awaitExit(SOON)).isEqualTo(1);

      assertThat(send.errorLines().getFirst())
          .startsWith("millhand: line 1 was added, but not durably: orders: the entry ")
          .contains("0 of 1 replicas confirmed within 100 ms");
      assertThat(send.errorLines().getLast()).contains("1 entry added, but not durably");
    }
    assertThat(length(redis)).isEqualTo(1L);
  }

  @Test
  void what_cannot_be_read_is_a_wrong_command_line(EmbeddedRedis redis) {
    for (var wrong :
        List.of(
            List.of("--durability", "replicas"),
            List.of("--durability", "fsync:-1"),
            List.of("--durable-within", "1s"),
            List.of("--once-window", "1m"),
            List.of("--once-key", "id", "--once-window", "20s"),
            List.of("--durability", "replicas:0"))) {
      try (var send = send(redis, "orders", "id=1").args(wrong.toArray(String[]::new)).start()) {
        assertThat(send.awaitExit(SOON)).as("%s", wrong).isEqualTo(2);
      }
    }
    assertThat(length(redis)).isEqualTo(0L);
  }
}
