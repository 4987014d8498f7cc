// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.cli.Main;
import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.RedisProbe;
import io.millhand.testkit.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

@WithRedis
class SendTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  private static ChildProcess.Builder send(EmbeddedRedis redis, String... args) {
    return ChildProcess.java(Main.class).args("send", "--redis", redis.url()).args(args);
  }

  private static List<Object> entries(EmbeddedRedis redis) {
    return RedisProbe.list(redis.command("XRANGE", "orders", "-", "+"));
  }

  private static String csv(int rows) {
    var text = new StringBuilder("id,name\n");
    IntStream.rangeClosed(1, rows)
        .forEach(i -> text.append(i).append(",name ").append(i).append('\n'));
    return text.toString();
  }

  @Test
  void fields_of_the_command_line_become_one_entry_whose_id_is_printed(EmbeddedRedis redis) {
    try (var send =
        send(redis, "orders", "order_id=1", "formula=a=b", "note=ä\u001b[31m").start()) {
      assertThat(send.awaitExit(SOON)).isZero();

      assertThat(entries(redis))
          .singleElement()
          .isEqualTo(
              List.of(
                  send.lines().getFirst(),
                  List.of("order_id", "1", "formula", "a=b", "note", "ä\u001b[31m")));
    }
  }

  @Test
  void a_bad_line_ends_it_and_the_number_of_those_added_is_told(
      EmbeddedRedis redis, @TempDir Path folder) throws IOException {
    var file = Files.writeString(folder.resolve("orders.csv"), csv(700) + "\u001b[2J\n" + "9,z\n");

    try (var send = send(redis, "orders", "--csv", file.toString()).start()) {
      assertThat(send.awaitExit(SOON)).isEqualTo(1);

      assertThat(send.errorLines())
          .singleElement()
          .asString()
          .startsWith("millhand: line 702 is no entry: 1 values, but the header names 2.")
          .contains("700 entries were added to orders, all before that line");
      assertThat(entries(redis)).hasSize(700);
    }
  }

  @Test
  void bad_lines_of_standard_input_are_skipped_and_counted_when_asked(
      EmbeddedRedis redis, @TempDir Path folder) throws IOException {
    var file =
        Files.writeString(
            folder.resolve("orders.ndjson"),
            "{\"id\":1}\nhostile \u001b[2J\n{\"id\":{\"a\":[]}}\n");

    try (var send =
        send(redis, "orders", "--ndjson", "-", "--skip-bad-lines", "--json").input(file).start()) {
      assertThat(send.awaitExit(SOON)).isZero();

      var result = new JsonMapper().readTree(send.lines().getLast());
      assertThat(result.get("added").asInt()).isEqualTo(2);
      assertThat(result.get("skipped").asInt()).isEqualTo(1);
      assertThat(result.get("error").isNull()).isTrue();
      assertThat(send.errorLines())
          .singleElement()
          .asString()
          .startsWith("millhand: line 2 was skipped: not JSON")
          .doesNotContain("\u001b");
      assertThat(entries(redis))
          .extracting(entry -> RedisProbe.list(entry).get(1))
          .containsExactly(List.of("id", "1"), List.of("id", "{\"a\":[]}"));
    }
  }

  @Test
  void when_redis_refuses_in_the_middle_exactly_those_added_before_are_counted(
      EmbeddedRedis redis, @TempDir Path folder) throws IOException {
    var file = Files.writeString(folder.resolve("orders.csv"), csv(20_000));

    try (var send =
        send(redis, "orders", "--csv", file.toString(), "--rate", "200/s", "--json").start()) {
      await().atMost(SOON).until(() -> (Long) redis.command("XLEN", "orders") > 20);
      redis.command(
          "EVAL",
          "redis.call('RENAME', 'orders', 'kept') return redis.call('SET', 'orders', 'x')",
          "2",
          "orders",
          "kept");

      assertThat(send.awaitExit(SOON)).isEqualTo(1);
      var added = (Long) redis.command("XLEN", "kept");
      var result = new JsonMapper().readTree(send.lines().getLast());
      assertThat(result.get("added").asLong()).isEqualTo(added);
      assertThat(result.get("failedLine").asLong()).isEqualTo(added + 2);
      assertThat(send.errorLines().getFirst())
          .startsWith("millhand: line %d was not added: ".formatted(added + 2));
    }
  }

  @Test
  void a_signal_ends_it_with_the_number_of_those_added(EmbeddedRedis redis, @TempDir Path folder)
      throws IOException {
    var file = Files.writeString(folder.resolve("orders.csv"), csv(20_000));

    try (var send = send(redis, "orders", "--csv", file.toString(), "--rate", "100").start()) {
      await().atMost(SOON).until(() -> (Long) redis.command("XLEN", "orders") > 20);
      send.signal("INT");

      assertThat(send.awaitExit(SOON)).isEqualTo(130);
      assertThat(send.errorLines())
          .containsExactly(
              "millhand: stopped by a signal. %d entries were added to orders."
                  .formatted(entries(redis).size()));
    }
  }
}
