// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.cli.view.GroupsCommand;
import io.millhand.cli.view.InProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.RedisProbe;
import io.millhand.testkit.WithRedis;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@WithRedis
class OperateTest {

  private static final String HOSTILE = "\u001b[2J\nforged \u202e";

  /** Of four entries three are pending at a consumer of another kind, and the first is acked. */
  @BeforeEach
  void fourEntries(EmbeddedRedis redis) {
    for (int i = 1; i <= 4; i++) {
      redis.command("XADD", "orders", i + "-0", "order_id", "" + i);
    }
    redis.command("XGROUP", "CREATE", "orders", "g", "0");
    redis.command("XREADGROUP", "GROUP", "g", "script", "COUNT", "3", "STREAMS", "orders", ">");
    redis.command("XACK", "orders", "g", "1-0");
  }

  /** Runs it for the stream {@code orders} and its group {@code g}. */
  static InProcess run(EmbeddedRedis redis, Object command, String... args) {
    return InProcess.run(
        redis,
        command,
        Stream.concat(Stream.of(args), Stream.of("--stream", "orders", "--group", "g"))
            .toArray(String[]::new));
  }

  /** The same for commands that work on the stream alone. */
  private static InProcess onStream(EmbeddedRedis redis, Object command, String... args) {
    return InProcess.run(
        redis,
        command,
        Stream.concat(Stream.of(args), Stream.of("--stream", "orders")).toArray(String[]::new));
  }

  private static JsonNode json(String line) {
    return new JsonMapper().readTree(line);
  }

  private static List<String> ids(EmbeddedRedis redis, String stream) {
    return RedisProbe.list(redis.command("XRANGE", stream, "-", "+")).stream()
        .map(entry -> (String) ((List<?>) entry).get(0))
        .toList();
  }

  private static List<String> pending(EmbeddedRedis redis, String consumer) {
    return RedisProbe.list(redis.command("XPENDING", "orders", "g", "-", "+", "10", consumer))
        .stream()
        .map(row -> (String) ((List<?>) row).get(0))
        .toList();
  }

  private static void assertAsks(InProcess run) {
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.failure()).contains("nothing was changed", "--yes", "--dry-run");
    assertThat(run.out().getFirst()).startsWith("Plan: ");
  }

  @Test
  void what_cannot_be_undone_is_not_done_where_nobody_can_be_asked(EmbeddedRedis redis) {
    assertAsks(run(redis, new AckCommand(), "2-0"));
    assertAsks(run(redis, new GroupResetCommand()));
    assertAsks(run(redis, new GroupSetIdCommand(), "now"));
    assertAsks(run(redis, new GroupDestroyCommand(), "--even-unfinished"));
    assertAsks(run(redis, new ConsumerRemoveCommand(), "script", "--take-over"));
    assertAsks(onStream(redis, new TrimCommand(), "--older-than", "0s"));
    assertAsks(onStream(redis, new MoveCommand(), "--all", "--to", "other"));

    assertThat(ids(redis, "orders")).hasSize(4);
    assertThat(pending(redis, "script")).containsExactly("2-0", "3-0");
    assertThat(redis.command("EXISTS", "{orders}:audit", "other")).isEqualTo(0L);
  }

  @Test
  void a_dry_run_changes_nothing(EmbeddedRedis redis) {
    var runs =
        List.of(
            run(redis, new AckCommand(), "2-0", "--dry-run", "--yes"),
            run(redis, new ReleaseCommand(), "2-0", "--dry-run"),
            run(redis, new ClaimCommand(), "2-0", "--to", "other", "--dry-run"),
            run(redis, new GroupResetCommand(), "--dry-run", "--yes"),
            run(redis, new GroupDestroyCommand(), "--even-unfinished", "--dry-run", "--yes"),
            run(redis, new ConsumerRemoveCommand(), "script", "--take-over", "--dry-run"),
            onStream(redis, new TrimCommand(), "--keep", "1", "--dry-run"),
            onStream(redis, new CopyCommand(), "--all", "--to", "other", "--dry-run"),
            onStream(redis, new MoveCommand(), "--all", "--to", "other", "--dry-run"));

    assertThat(runs)
        .allSatisfy(
            run -> {
              assertThat(run.exitCode()).isZero();
              assertThat(run.out().getFirst()).startsWith("Plan: ");
              assertThat(run.text()).doesNotContain("Done: ");
            });
    assertThat(ids(redis, "orders")).hasSize(4);
    assertThat(pending(redis, "script")).containsExactly("2-0", "3-0");
    assertThat(redis.command("EXISTS", "{orders}:audit", "other")).isEqualTo(0L);
  }

  @Test
  void entries_are_released_claimed_and_acked_by_id(EmbeddedRedis redis) {
    assertThat(run(redis, new ReleaseCommand(), "2-0").text()).contains("Done: release");
    assertThat(pending(redis, "~deferred")).containsExactly("2-0");
    assertThat(run(redis, new ClaimCommand(), "2-0", "--to", "me").exitCode()).isZero();
    assertThat(pending(redis, "me")).containsExactly("2-0");

    var acked = run(redis, new AckCommand(), "2-0", "1-0", "--yes");
    assertThat(acked.exitCode()).isZero();
    assertThat(acked.text()).containsPattern("entries +1\n").containsPattern("left alone +1-0");
    assertThat(pending(redis, "me")).isEmpty();

    assertThat(run(redis, new ReleaseCommand(), "--consumer", "script", "--json").text())
        .isEqualTo("{\"done\":\"release\",\"entries\":1,\"trimmed\":[],\"leftAlone\":[]}");
    assertThat(pending(redis, "~deferred")).containsExactly("3-0");
  }

  @Test
  void a_group_is_set_back_and_forward(EmbeddedRedis redis) {
    var back = run(redis, new GroupResetCommand(), "--to", "1-0", "--yes", "--json");
    assertThat(back.out()).hasSize(2);
    var plan = json(back.out().get(0));
    assertThat(plan.get("plan").asString()).isEqualTo("group set-id");
    assertThat(plan.get("again").toString()).isEqualTo("{\"entries\":2,\"exact\":true}");
    assertThat(json(back.out().get(1)).get("to").asString()).isEqualTo("1-0");

    var forward = run(redis, new GroupSetIdCommand(), "now", "--yes");
    assertThat(forward.text()).containsPattern("skipped +3").contains("never given");
    assertThat(run(redis, new GroupSetIdCommand(), "99-0", "--yes").failure())
        .contains("the stream ends at 4-0");
    assertThat(run(redis, new GroupResetCommand(), "--to", "yesterday").exitCode()).isEqualTo(2);
  }

  @Test
  void a_group_with_unfinished_entries_is_destroyed_only_by_name(EmbeddedRedis redis) {
    var refused = run(redis, new GroupDestroyCommand(), "--yes");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.failure()).contains("2 entries are pending", "--even-unfinished");

    assertThat(run(redis, new GroupDestroyCommand(), "--even-unfinished", "--yes").text())
        .containsPattern("result +destroyed");
    assertThat(run(redis, new GroupDestroyCommand(), "--yes").text())
        .containsPattern("result +there is none");
    assertThat(ids(redis, "orders")).hasSize(4);
  }

  @Test
  void a_consumer_is_removed_when_its_entries_are_safe(EmbeddedRedis redis) {
    var refused = run(redis, new ConsumerRemoveCommand(), "script", "--yes");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.failure()).contains("--take-over");

    var removed = run(redis, new ConsumerRemoveCommand(), "script", "--take-over", "--yes");
    assertThat(removed.text()).containsPattern("to release +2").containsPattern("released +2");
    assertThat(pending(redis, "~deferred")).containsExactly("2-0", "3-0");
    assertThat(run(redis, new ConsumerRemoveCommand(), "~deferred", "--yes").failure())
        .contains("reserved");
  }

  @Test
  void a_trim_says_what_holds_it_and_what_would_be_lost(EmbeddedRedis redis) {
    var trimmed = onStream(redis, new TrimCommand(), "--older-than", "0s", "--yes");
    assertThat(trimmed.text())
        .containsPattern("to remove +1")
        .containsPattern("held by +g")
        .containsPattern("removed +1");
    assertThat(ids(redis, "orders")).containsExactly("2-0", "3-0", "4-0");

    var plan = onStream(redis, new TrimCommand(), "--keep", "0", "--past-unfinished", "--dry-run");
    assertThat(plan.text()).contains("LOSES 2 pending entries and 1 that it was never given");
    assertThat(
            json(onStream(redis, new TrimCommand(), "--keep", "9", "--dry-run", "--json").text())
                .get("heldBy")
                .isNull())
        .isTrue();
    assertThat(onStream(redis, new TrimCommand(), "--yes").exitCode()).isEqualTo(2);
    assertThat(
            onStream(redis, new TrimCommand(), "--keep", "1", "--before", "1-0", "--yes")
                .exitCode())
        .isEqualTo(2);
    assertThat(onStream(redis, new TrimCommand(), "--keep", "-1", "--yes").exitCode()).isEqualTo(2);
  }

  @Test
  void entries_are_copied_and_moved(EmbeddedRedis redis) {
    assertThat(
            onStream(redis, new CopyCommand(), "--from", "2-0", "--limit", "2", "--to", "other")
                .text())
        .containsPattern("added +2");
    assertThat(ids(redis, "other")).hasSize(2);

    assertThat(onStream(redis, new MoveCommand(), "2-0", "--to", "other", "--yes").text())
        .containsPattern("deleted +1");
    assertThat(ids(redis, "orders")).containsExactly("1-0", "3-0", "4-0");
    assertThat(pending(redis, "script")).containsExactly("3-0");

    assertThat(onStream(redis, new MoveCommand(), "2-0", "--to", "other", "--yes").text())
        .containsPattern("added +0")
        .containsPattern("not there +2-0");
    assertThat(onStream(redis, new CopyCommand(), "--to", "other").exitCode()).isEqualTo(2);
    assertThat(onStream(redis, new CopyCommand(), "--all", "--to", "orders").exitCode())
        .isEqualTo(2);
  }

  @Test
  void what_was_done_is_recorded(EmbeddedRedis redis) {
    run(redis, new ReleaseCommand(), "--consumer", "script");
    onStream(redis, new CopyCommand(), "--all", "--to", "other");

    var audit = String.valueOf(redis.command("XRANGE", "{orders}:audit", "-", "+"));
    assertThat(audit)
        .contains("what, release", "consumer, script", "count, 2", "what, copy", "count, 4")
        .contains("who, " + System.getProperty("user.name") + "@");
  }

  @Test
  void names_that_strangers_chose_cannot_harm_a_terminal(EmbeddedRedis redis) {
    redis.command("XGROUP", "CREATE", "orders", HOSTILE, "0");
    redis.command("XREADGROUP", "GROUP", HOSTILE, HOSTILE, "STREAMS", "orders", ">");
    String[] target = {HOSTILE, "--stream", "orders", "--group", HOSTILE};

    for (var run :
        List.of(
            onStream(redis, new TrimCommand(), "--keep", "0", "--past-unfinished", "--dry-run"),
            InProcess.run(redis, new ConsumerRemoveCommand(), with(target, "--dry-run")),
            InProcess.run(redis, new ConsumerRemoveCommand(), with(target, "--dry-run", "--json")),
            InProcess.run(
                redis, new ConsumerRemoveCommand(), with(target, "--yes", "--take-over")))) {
      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).noneMatch(line -> line.startsWith("forged"));
      assertThat(run.text()).doesNotContain("\u001b", "\u202e").contains("[2J");
    }
  }

  private static String[] with(String[] some, String... more) {
    return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void only_a_yes_is_a_yes() {
    assertThat(Stream.of("y", "Y", " yes ", "YES")).allMatch(Confirmation::isYes);
    assertThat(Stream.of("", "n", "no", "yep", "purge")).noneMatch(Confirmation::isYes);
    assertThat(Confirmation.isYes(null)).isFalse();
  }

  @Test
  void a_group_is_paused_and_resumed_and_each_twice_without_harm(EmbeddedRedis redis) {
    var plan = run(redis, new PauseCommand(), "--dry-run");
    assertThat(plan.exitCode()).isZero();
    assertThat(plan.out().getFirst()).isEqualTo("Plan: pause");
    assertThat(redis.command("EXISTS", "{orders}:g:workers:info")).isEqualTo(0L);

    var paused = run(redis, new PauseCommand(), "--reason", HOSTILE, "--json");
    assertThat(paused.exitCode()).isZero();
    assertThat(json(paused.out().getFirst()).get("result").asString()).isEqualTo("paused");
    var again = run(redis, new PauseCommand(), "--reason", "another");
    assertThat(again.exitCode()).isZero();
    assertThat(String.join(" ", again.out()))
        .contains("was paused before", "?[2J forged ?")
        .doesNotContain("\u001b", "\u202e", "another");

    var groups = InProcess.run(redis, new GroupsCommand(), "orders", "--over", "0s");
    assertThat(String.join("\n", groups.out()))
        .contains("stopped", "orders/g is stopped: paused by ", "?[2J forged ?")
        .doesNotContain("\u001b", "\u202e");
    var seen =
        json(
            InProcess.run(redis, new GroupsCommand(), "orders", "--over", "0s", "--json")
                .out()
                .getFirst());
    assertThat(seen.get("paused").get("reason").asString()).isEqualTo("?[2J forged ?");

    assertThat(String.join(" ", run(redis, new ResumeCommand(), "--dry-run").out()))
        .contains("forged");
    assertThat(String.join(" ", run(redis, new ResumeCommand()).out())).contains("resumed");
    var done = run(redis, new ResumeCommand());
    assertThat(done.exitCode()).isZero();
    assertThat(String.join(" ", done.out())).contains("was not paused");
    assertThat(redis.command("XLEN", "{orders}:audit")).isEqualTo(2L);
  }
}
