// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static io.millhand.testkit.RedisProbe.list;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.Exporter;
import io.millhand.verification.rig.Installation;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command, as it is installed, in the hands of a careless operator among hostile names. */
@WithRedis
@Full
class CommandFaultTest {

  private static final Duration SOON = ofSeconds(60);
  private static final String HOSTILE = "\u001b[2J\nforged\" \r\u202e \u009b";

  private static Installation millhand;

  private EmbeddedRedis redis;

  /** What a command said. */
  private record Run(int status, List<String> out, List<String> err) {
    String text() {
      return String.join("\n", out) + "\n" + String.join("\n", err);
    }
  }

  @BeforeAll
  static void install() {
    millhand = Installation.ready();
  }

  @BeforeEach
  void open(EmbeddedRedis server) {
    redis = server;
  }

  private Run run(String... words) {
    return run(millhand.builder(with(words)));
  }

  private static Run run(ChildProcess.Builder command) {
    try (var process = command.start()) {
      return new Run(process.awaitExit(SOON), process.lines(), process.errorLines());
    }
  }

  private String[] with(String... words) {
    var all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--redis", redis.url()));
    return all.toArray(String[]::new);
  }

  @Test
  @Row(
      id = "C3",
      fault = "stream, group, consumer and field with escape, line break, quote, right-to-left",
      bound = "escaped in every view, in JSON, in errors, and in the labels of /metrics")
  void hostile_names_reach_neither_the_terminal_nor_the_metrics() throws Exception {
    redis.command("XGROUP", "CREATE", HOSTILE, HOSTILE, "0", "MKSTREAM");
    redis.command("XADD", HOSTILE, "1-0", HOSTILE, HOSTILE);
    redis.command("XREADGROUP", "GROUP", HOSTILE, HOSTILE, "STREAMS", HOSTILE, ">");
    String[] target = {"--stream", HOSTILE, "--group", HOSTILE};

    for (var view : List.of("ls", "groups")) {
      harmless(run(view));
    }
    harmless(run("peek", "--stream", HOSTILE));
    for (var view : List.of("consumers", "pending", "info")) {
      harmless(run(concat(view, target)));
    }
    harmless(run(concat("consumers", concat("--json", target))));
    assertThat(run(concat("dead", "--stream", HOSTILE, "--group", "none" + HOSTILE)))
        .satisfies(CommandFaultTest::isHarmless);
    try (var exporter = Exporter.start(millhand, redis.url())) {
      var metrics = exporter.scrape().body();
      assertThat(metrics).contains("millhand_stream_entries{").doesNotContain("\u001b", "\u202e");
      assertThat(metrics.lines()).noneMatch(line -> line.startsWith("forged"));
    }
  }

  private static String[] concat(String first, String... more) {
    var all = new ArrayList<>(List.of(first));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static void harmless(Run run) {
    assertThat(run.status()).as("%s", run).isZero();
    isHarmless(run);
    assertThat(run.text()).contains("[2J");
  }

  private static void isHarmless(Run run) {
    assertThat(run.text()).doesNotContain("\u001b", "\u202e", "\u009b", "\r");
    assertThat(run.out()).noneMatch(line -> line.startsWith("forged"));
    assertThat(run.err()).noneMatch(line -> line.startsWith("forged"));
  }

  @Test
  @Row(
      id = "C4",
      fault = "commands that destroy, in a pipe that says yes, without --yes",
      bound = "exit 2, nothing is changed, the plan is shown; with --yes exit 0")
  void what_cannot_be_undone_is_refused_in_a_pipe_without_yes(@TempDir Path folder)
      throws IOException {
    for (int i = 1; i <= 4; i++) {
      redis.command("XADD", "orders", i + "-0", "a", "b");
    }
    redis.command("XGROUP", "CREATE", "orders", "g", "0");
    redis.command("XREADGROUP", "GROUP", "g", "script", "COUNT", "2", "STREAMS", "orders", ">");
    redis.command("XADD", "{orders}:g:dead", "1-1", "a", "b");
    var pipe = Files.writeString(folder.resolve("yes"), "y\nyes\ny\n");
    var destroy = new String[] {"group", "destroy", "orders", "g", "--even-unfinished"};

    for (var words :
        List.of(
            destroy,
            new String[] {"ack", "orders", "g", "1-0"},
            new String[] {"trim", "orders", "--older-than", "0s"},
            new String[] {"move", "orders", "--all", "--to", "other"},
            new String[] {"group", "reset", "orders", "g"},
            new String[] {"consumer", "remove", "orders", "g", "script", "--take-over"},
            new String[] {"dead", "purge", "orders", "g", "--all"})) {
      var run = run(millhand.builder(with(words)).input(pipe));
      assertThat(run.status()).as("%s: %s", List.of(words), run).isEqualTo(2);
      assertThat(run.text()).contains("nothing was changed", "--yes");
    }
    assertThat(list(redis.command("XRANGE", "orders", "-", "+"))).hasSize(4);
    assertThat(list(redis.command("XPENDING", "orders", "g")).getFirst()).isEqualTo(2L);
    assertThat(redis.command("XLEN", "{orders}:g:dead")).isEqualTo(1L);
    assertThat(redis.command("EXISTS", "{orders}:audit", "other")).isEqualTo(0L);
    var done = run(millhand.builder(with(destroy)).args("--yes").input(pipe));
    assertThat(done.status()).as("%s", done).isZero();
    assertThat(list(redis.command("XINFO", "GROUPS", "orders"))).isEmpty();
  }

  @Test
  @Row(
      id = "C5",
      fault = "XDEL of an unread entry: Redis does not know the lag any more",
      bound =
          "shown as at least so many, never as exact or as 0; exact again where it can be counted")
  void a_lag_that_redis_does_not_know_is_shown_as_at_least() {
    for (int i = 1; i <= 300; i++) {
      redis.command("XADD", "orders", i + "-0", "a", "x".repeat(20_000));
    }
    redis.command("XGROUP", "CREATE", "orders", "near", "250");
    redis.command("XGROUP", "CREATE", "orders", "far", "50");
    redis.command("XDEL", "orders", "280-0");

    var shown = run("groups");
    assertThat(shown.status()).as("%s", shown).isZero();
    assertThat(shown.out())
        .anyMatch(line -> line.contains(" far ") && line.contains("≥ "))
        .anyMatch(line -> line.contains(" near ") && line.contains(" 49 "));
    assertThat(run("groups", "--json").out())
        .filteredOn(line -> line.contains("\"far\""))
        .singleElement()
        .asString()
        .contains("\"lag\":{");
  }
}
