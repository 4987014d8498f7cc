// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.cli.Main;
import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithRedis
class WorkPrintTest {

  @Test
  void entries_of_all_streams_are_printed_in_order_and_escaped(EmbeddedRedis redis) {
    redis.command("XADD", "orders", "1-0", "order_id", "123", "note", "two words");
    redis.command(
        "XADD".getBytes(UTF_8),
        "orders".getBytes(UTF_8),
        "2-0".getBytes(UTF_8),
        "a=b\u202e".getBytes(UTF_8),
        new byte[] {0x1b, '[', (byte) 0xff, '\n', '"'});
    redis.command("XADD", "orders", "3-0", "empty", "");
    redis.command("XADD", "returns", "4-0", "name", "Zoë");

    try (var work = WorkProcess.start(redis, "--stream", "orders,returns", "--print")) {
      work.process().awaitLine(line -> line.startsWith("returns"), WorkProcess.SOON);
      work.awaitDone(3);
      assertThat(work.stop()).isZero();
      assertThat(work.process().lines())
          .containsExactlyInAnyOrder(
              "orders 1-0 order_id=123 note=\"two words\"",
              "orders 2-0 \"a=b\\u202e\"=\"\\x1b[\\xff\\n\\\"\"",
              "orders 3-0 empty=\"\"",
              "returns 4-0 name=Zoë")
          .containsSubsequence(
              "orders 1-0 order_id=123 note=\"two words\"", "orders 3-0 empty=\"\"");
    }
  }

  @Test
  void when_nobody_reads_the_output_any_more_nothing_is_acked_and_the_worker_ends(
      EmbeddedRedis redis, @TempDir Path folder) throws Exception {
    for (int i = 1; i <= 500; i++) {
      redis.command("XADD", "orders", i + "-0", "n", "x".repeat(1000));
    }
    var code = folder.resolve("code");
    try (var shell =
        ChildProcess.command(
                "/bin/sh",
                "-c",
                "{ \"$@\"; echo $? > " + code + "; } | head -n 1",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "work",
                "--stream",
                "orders",
                "--group",
                "g",
                "--redis",
                redis.url(),
                "--print",
                "--json")
            .start()) {
      assertThat(shell.awaitExit(WorkProcess.SOON)).isZero();
      assertThat(Files.readString(code)).isEqualTo("1\n");
      assertThat(shell.lines()).singleElement().asString().startsWith("{\"id\":\"1-0\"");
      assertThat(String.valueOf(redis.command("XPENDING", "orders", "g"))).contains("~deferred");
    }
  }
}
