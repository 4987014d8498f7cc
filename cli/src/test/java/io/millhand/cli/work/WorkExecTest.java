// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithRedis
class WorkExecTest {

  @Test
  void the_exit_code_of_each_process_decides_and_hostile_content_does_no_harm(
      EmbeddedRedis redis, @TempDir Path folder) throws Exception {
    redis.command(
        "XADD", "orders", "1-0", "order_id", "good", "note", "$(touch " + folder + "/pwned)");
    redis.command("XADD", "orders", "2-0", "order_id", "bad");
    redis.command("XADD", "orders", "3-0", "order_id", "flaky");
    redis.command(
        bytes("XADD"),
        bytes("orders"),
        bytes("4-0"),
        bytes("order_id"),
        bytes("\u001b[2J'; touch " + folder + "/pwned; '"),
        new byte[] {(byte) 0xff, '\n'},
        new byte[] {(byte) 0xfe, 0});
    var script =
        """
        cat >> %1$s/$MILLHAND_ID
        echo "handled $FIELD_ORDER_ID"
        printf 'looked at \\033[31m%%s\\n' "$FIELD_ORDER_ID" >&2
        case "$FIELD_ORDER_ID $MILLHAND_ATTEMPT" in
          bad*) exit 65;;
          "flaky 1") exit 75;;
        esac
        """
            .formatted(folder);

    try (var work = WorkProcess.start(redis, "--exec", script, "--retry-first", "10ms")) {
      work.awaitDone(4);
      assertThat(work.stop()).isZero();

      assertThat(Files.readString(folder.resolve("1-0")))
          .startsWith("{\"id\":\"1-0\",\"stream\":\"orders\",\"group\":\"g\",\"attempt\":1,");
      assertThat(Files.readString(folder.resolve("3-0")).lines()).hasSize(2);
      assertThat(Files.readString(folder.resolve("4-0")))
          .contains("\"binaryFields\":[{\"name\":{\"base64\":\"/wo=\"}");
      assertThat(folder.resolve("pwned")).doesNotExist();
      assertThat(WorkProcess.dead(redis))
          .singleElement()
          .asString()
          .contains("order_id, bad", "~reason, exit code 65: looked at \\x1b[31mbad")
          .doesNotContain("\u001b");
      assertThat(work.process().lines()).contains("handled good", "handled bad", "handled flaky");
      assertThat(work.process().errorLines())
          .noneMatch(line -> line.contains("\u001b"))
          .anyMatch(line -> line.endsWith("orders/g 1-0: looked at \\x1b[31mgood"))
          .last()
          .asString()
          .contains(
              "3 acked, 1 to be retried, 0 put off, 1 dead-lettered, 0 released, 0 left behind");
    }
  }

  @Test
  void a_timed_out_process_is_ended_with_all_that_it_started(
      EmbeddedRedis redis, @TempDir Path folder) {
    redis.command("XADD", "orders", "1-0", "order_id", "slow");
    var script =
        "echo $$ > %1$s/parent; (echo $(sh -c 'echo $PPID') > %1$s/child; sleep 300) & wait; sleep 300"
            .formatted(folder);

    try (var work =
        WorkProcess.start(
            redis, "--exec", script, "--handler-timeout", "500ms", "--max-attempts", "1")) {
      work.awaitDone(1);
      assertThat(WorkProcess.dead(redis))
          .singleElement()
          .asString()
          .contains("failed 1 of 1 attempts");
      await()
          .atMost(WorkProcess.SOON)
          .untilAsserted(
              () -> {
                assertThat(isAlive(folder.resolve("parent"))).isFalse();
                assertThat(isAlive(folder.resolve("child"))).isFalse();
              });
      assertThat(work.stop()).isZero();
    }
  }

  @Test
  void an_entry_larger_than_a_pipe_reaches_a_process_and_one_that_does_not_read_stops_nobody(
      EmbeddedRedis redis) {
    redis.command("XADD", "orders", "1-0", "reads", "yes", "large", "x".repeat(300_000));
    redis.command("XADD", "orders", "2-0", "reads", "no", "large", "x".repeat(300_000));

    try (var work =
        WorkProcess.start(
            redis, "--exec", "[ $FIELD_READS = no ] || wc -c; echo $MILLHAND_OMITTED left out")) {
      work.awaitDone(2);
      assertThat(work.stop()).isZero();
      assertThat(work.process().lines())
          .anyMatch(line -> line.strip().startsWith("3001"))
          .contains("1 left out");
    }
  }

  @Test
  void the_password_of_redis_is_not_handed_to_processes() {
    try (var redis = EmbeddedRedis.builder().password("s3cret-word").start()) {
      redis.command("XADD", "orders", "1-0", "order_id", "1");
      var address = "redis://127.0.0.1:" + redis.port();
      var builder =
          io.millhand.testkit.ChildProcess.java(io.millhand.cli.Main.class)
              .args("work", "--exec", "env")
              // as a Deployment says it
              .environment("REDIS_HOST", redis.host())
              .environment("REDIS_PORT", "tcp://10.0.0.1:" + redis.port())
              .environment("REDIS_PASSWORD", "s3cret-word")
              .environment("STREAM_KEY", "orders")
              .environment("GROUP_NAME", "g")
              .environment("CONSUMER_NAME", "order-processor-7d9f-x2x");
      try (var process = builder.start()) {
        process.awaitLine(line -> line.equals("MILLHAND_ID=1-0"), WorkProcess.SOON);
        process.signal("TERM");
        assertThat(process.awaitExit(WorkProcess.SOON)).isZero();
        assertThat(process.lines()).noneMatch(line -> line.contains("s3cret-word"));
        assertThat(process.errorLines())
            .noneMatch(line -> line.contains("s3cret-word"))
            .anyMatch(line -> line.contains("connected to " + address))
            .anyMatch(line -> line.endsWith("orders/g order-processor-7d9f-x2x: started"));
      }
    }
  }

  private static boolean isAlive(Path pidFile) throws java.io.IOException {
    var pid = Long.parseLong(Files.readString(pidFile).strip());
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
