// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithRedis
class WorkPipeTest {

  /** Sets id, kind and attempt of each line, and then does what follows. */
  private static final String EACH_LINE =
      """
      text() { printf '%s' "$line" | sed -n "s/.*\\"$1\\":\\"*\\([^\\",}]*\\).*/\\1/p"; }
      while read -r line; do id=$(text id); kind=$(text kind); attempt=$(text attempt)
      """;

  @Test
  void a_child_answers_each_entry_and_what_is_no_answer_is_only_logged(EmbeddedRedis redis) {
    redis.command("XADD", "orders", "1-0", "kind", "good");
    redis.command("XADD", "orders", "2-0", "kind", "bad");
    redis.command("XADD", "orders", "3-0", "kind", "flaky");
    redis.command("XADD", "orders", "4-0", "kind", "early");
    var child =
        EACH_LINE
            + """
              echo "working on $id"
              echo '{"id":"77-7","outcome":"ack"}'
              case "$kind$attempt" in
                bad*) echo "{\\"id\\":\\"$id\\",\\"outcome\\":\\"dead\\",\\"reason\\":\\"bad \\\\u001b[2J\\"}";;
                flaky1) echo "{\\"id\\":\\"$id\\",\\"outcome\\":\\"retry\\",\\"reason\\":\\"later\\",\\"after\\":\\"10ms\\"}";;
                early1) [ -e "$DONE" ] && echo "{\\"id\\":\\"$id\\",\\"outcome\\":\\"ack\\"}" || { DONE=/; echo "{\\"id\\":\\"$id\\",\\"outcome\\":\\"defer\\",\\"after\\":0.01}"; };;
                *) echo "{\\"id\\":\\"$id\\",\\"outcome\\":\\"ack\\"}";;
              esac
            done
            """;

    try (var work = WorkProcess.start(redis, "--pipe", child, "--children", "1")) {
      work.awaitDone(4);
      assertThat(work.stop()).isZero();

      assertThat(WorkProcess.dead(redis))
          .singleElement()
          .asString()
          .contains("kind, bad", "~reason, bad \\x1b[2J");
      assertThat(work.process().errorLines())
          .anyMatch(line -> line.contains("no answer") && line.endsWith("working on 1-0"))
          .anyMatch(line -> line.contains("an entry that it does not have: 77-7"))
          .last()
          .asString()
          .contains("3 acked, 1 to be retried, 1 put off, 1 dead-lettered");
    }
  }

  @Test
  void a_child_that_dies_is_started_anew_and_what_it_had_is_retried(EmbeddedRedis redis) {
    redis.command("XADD", "orders", "1-0", "kind", "deadly");
    redis.command("XADD", "orders", "2-0", "kind", "good");
    var child =
        EACH_LINE
            + """
              case "$kind$attempt" in
                deadly1) echo "cannot go on" >&2; kill -9 $$;;
                *) echo "{\\"id\\":\\"$id\\",\\"outcome\\":\\"ack\\"}";;
              esac
            done
            """;

    try (var work =
        WorkProcess.start(redis, "--pipe", child, "--children", "1", "--retry-first", "10ms")) {
      work.awaitDone(2);
      assertThat(work.stop()).isZero();

      assertThat(work.process().errorLines())
          .anyMatch(
              line ->
                  line.contains(
                      "child 1: ended with exit code 137: cannot go on; starting it anew"))
          .last()
          .asString()
          .contains("2 acked, 1 to be retried, 0 put off, 0 dead-lettered");
    }
  }

  @Test
  void a_child_with_several_entries_answers_them_in_any_order(EmbeddedRedis redis) {
    for (int i = 1; i <= 3; i++) {
      redis.command("XADD", "orders", i + "-0", "kind", "good");
    }
    var child =
        """
        read -r one; read -r two; read -r three
        for id in 3-0 1-0 2-0; do echo "{\\"id\\":\\"$id\\",\\"outcome\\":\\"ack\\"}"; done
        while read -r line; do :; done
        """;

    try (var work =
        WorkProcess.start(redis, "--pipe", child, "--children", "1", "--per-child", "3")) {
      work.awaitDone(3);
      assertThat(work.stop()).isZero();
    }
  }

  @Test
  void a_child_that_hangs_is_replaced_and_its_neighbours_lose_no_attempt(
      EmbeddedRedis redis, @TempDir Path folder) throws Exception {
    redis.command("XADD", "orders", "1-0", "kind", "hang");
    var child =
        EACH_LINE
            + """
              echo "$kind$attempt" >> %1$s/seen
              case "$kind$attempt" in
                hang1) hangs=yes; sleep 1; touch %1$s/hangs;;
                *) [ -n "$hangs" ] || echo "{\\"id\\":\\"$id\\",\\"outcome\\":\\"ack\\"}";;
              esac
            done
            """
                .formatted(folder);

    try (var work =
        WorkProcess.start(
            redis,
            "--pipe",
            child,
            "--children",
            "1",
            "--per-child",
            "2",
            "--handler-timeout",
            "2s",
            "--retry-first",
            "10ms")) {
      await().atMost(WorkProcess.SOON).until(() -> Files.exists(folder.resolve("hangs")));
      redis.command("XADD", "orders", "2-0", "kind", "neighbour");
      work.awaitDone(2);
      assertThat(work.stop()).isZero();
      assertThat(Files.readAllLines(folder.resolve("seen")))
          .containsExactlyInAnyOrder("hang1", "neighbour1", "hang2", "neighbour1");
      assertThat(work.process().errorLines())
          .last()
          .asString()
          .contains("2 acked, 1 to be retried, 1 put off, 0 dead-lettered");
    }
  }

  @Test
  void a_command_that_never_works_ends_the_worker(EmbeddedRedis redis) {
    try (var work =
        WorkProcess.builder(redis, "--pipe", "echo no such database >&2; exit 9", "--children", "8")
            .start()) {
      assertThat(work.awaitExit(WorkProcess.SOON)).isEqualTo(1);
      assertThat(work.errorLines())
          .anyMatch(
              line -> line.contains("giving up: the command of --pipe ended 10 times in a row"))
          .anyMatch(line -> line.contains("exit code 9: no such database"));
    }
  }
}
