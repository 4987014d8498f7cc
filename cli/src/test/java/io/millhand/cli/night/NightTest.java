// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.night;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.cli.Installed;
import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.RedisProbe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What wakes people: for each the verdict names it, an alert fires in a real Prometheus, and a
 * command mends it.
 */
@Execution(ExecutionMode.CONCURRENT)
class NightTest {

  private static ControlRoom room;

  @BeforeAll
  static void open(@TempDir Path folder) throws Exception {
    var prometheus = Installed.orSkip("prometheus");
    room = ControlRoom.over(EmbeddedRedis.start(), prometheus, folder);
  }

  @AfterAll
  static void close() {
    if (room != null) {
      room.close();
    }
  }

  private static void add(String stream, String value, int count) {
    room.redis()
        .command(
            "EVAL",
            "for i = 1, ARGV[2] do redis.call('XADD', KEYS[1], '*', 'order_id', ARGV[1]) end",
            "1",
            stream,
            value,
            Integer.toString(count));
  }

  /** The id of the entry at that place, from 1 on. */
  private static String id(String stream, int place) {
    var page =
        RedisProbe.list(
            room.redis().command("XRANGE", stream, "-", "+", "COUNT", Integer.toString(place)));
    return String.valueOf(RedisProbe.list(page.getLast()).getFirst());
  }

  private static void createGroup(String stream, String start) {
    room.redis().command("XGROUP", "CREATE", stream, "g", start, "MKSTREAM");
  }

  private static Feed feed(String stream, String value, int eachTime) {
    return new Feed(() -> add(stream, value, eachTime));
  }

  private static void awaitNothingWaits(String stream) throws Exception {
    await()
        .atMost(ControlRoom.SOON)
        .untilAsserted(
            () -> {
              var group = room.group(stream);
              assertThat(group.get("lag").get("entries").asLong()).isZero();
              assertThat(group.get("pending").asLong()).isZero();
              assertThat(group.get("deferred").asLong()).isZero();
              assertThat(group.get("verdict").asString()).isEqualTo("ok");
            });
  }

  @Test
  void a_backlog_grows_until_there_are_more_hands() throws Exception {
    createGroup("grows", "0");
    try (var slow = room.work("grows", "--exec", "sleep 0.1", "--concurrency", "1")) {
      try (var orders = feed("grows", "1", 5)) {
        assertThat(room.awaitVerdict("grows", "slow")).contains("so it falls back by");
        room.awaitAlert("MillhandGroupFallingBehind", "grows");
        orders.assertRuns();
      }
      try (var more = room.work("grows", "--print")) {
        awaitNothingWaits("grows");
        room.awaitQuiet("MillhandGroupFallingBehind", "grows");
        assertThat(more.lines()).isNotEmpty();
      }
      assertThat(slow.isAlive()).isTrue();
    }
  }

  @Test
  void a_consumer_of_another_kind_is_killed_with_entries_in_hand() throws Exception {
    createGroup("killed", "0");
    add("killed", "1", 3);
    room.redis().command("XREADGROUP", "GROUP", "g", "legacy", "STREAMS", "killed", ">");

    assertThat(room.awaitVerdict("killed", "stopped"))
        .contains("nobody works on it")
        .contains("3 in hand");
    room.awaitAlert("MillhandGroupSilentConsumers", "killed");

    var removed =
        room.run(
            "consumer",
            "remove",
            "legacy",
            "--take-over",
            "--yes",
            "--stream",
            "killed",
            "--group",
            "g");
    assertThat(removed.exitCode()).as("%s", removed).isZero();
    try (var worker = room.work("killed", "--print")) {
      awaitNothingWaits("killed");
      room.awaitQuiet("MillhandGroupSilentConsumers", "killed");
      assertThat(worker.lines()).hasSize(3);
    }
  }

  @Test
  void poison_goes_to_the_dead_letters_and_comes_back_to_a_better_handler() throws Exception {
    createGroup("poison", "0");
    try (var worker = room.work("poison", "--exec", "test \"$FIELD_ORDER_ID\" != bad || exit 65")) {
      try (var orders = feed("poison", "bad", 1)) {
        assertThat(room.awaitVerdict("poison", "poisoned")).contains("went to the dead letters");
        room.awaitAlert("MillhandDeadLetters", "poison");
        orders.assertRuns();
      }
      awaitNothingWaits("poison");
      worker.signal("TERM");
      assertThat(worker.awaitExit(ControlRoom.SOON)).isZero();
    }
    var dead = room.group("poison").get("dead").asLong();
    assertThat(dead).isPositive();

    try (var better = room.work("poison", "--print")) {
      var retried = room.run("dead", "retry", "--all", "--stream", "poison", "--group", "g");
      assertThat(retried.exitCode()).as("%s", retried).isZero();
      awaitNothingWaits("poison");
      assertThat(room.group("poison").get("dead").asLong()).isZero();
      assertThat(better.lines()).hasSize((int) dead);
      room.awaitQuiet("MillhandDeadLetters", "poison");
    }
  }

  @Test
  void all_workers_are_killed() throws Exception {
    createGroup("gone", "0");
    add("gone", "1", 50);
    try (var one =
            room.work("gone", "--exec", "sleep 60", "--concurrency", "5", "--max-in-flight", "5");
        var two =
            room.work("gone", "--exec", "sleep 60", "--concurrency", "5", "--max-in-flight", "5")) {
      await()
          .atMost(ControlRoom.SOON)
          .until(() -> room.group("gone").get("pending").asLong(), pending -> pending == 10);
      for (ChildProcess worker : new ChildProcess[] {one, two}) {
        worker.signal("KILL");
        worker.awaitExit(ControlRoom.SOON);
      }
      assertThat(room.awaitVerdict("gone", "stopped")).contains("40 wait").contains("10 in hand");
      room.awaitAlert("MillhandGroupStopped", "gone");
      room.awaitAlert("MillhandWorkersGone", "gone");
    }
    try (var worker = room.work("gone", "--print")) {
      awaitNothingWaits("gone");
      room.awaitQuiet("MillhandGroupStopped", "gone");
      room.awaitQuiet("MillhandWorkersGone", "gone");
      assertThat(worker.lines()).hasSize(50);
    }
  }

  @Test
  void a_lag_that_redis_does_not_know_is_no_0() throws Exception {
    createGroup("unknown", "0");
    add("unknown", "x".repeat(100_000), 1);
    room.redis().command("XREADGROUP", "GROUP", "g", "c", "COUNT", "1", "STREAMS", "unknown", ">");
    // Later than it asked, so that it is not taken for busy.
    add("unknown", "x".repeat(100_000), 59);
    room.redis().command("XDEL", "unknown", id("unknown", 30));

    assertThat(room.awaitVerdict("unknown", "stopped"))
        .contains("Redis cannot tell how many, but at least");
    assertThat(room.group("unknown").get("lag").get("exact").asBoolean()).isFalse();
    room.awaitAlert("MillhandGroupLagUnknown", "unknown");

    var removed =
        room.run(
            "consumer",
            "remove",
            "c",
            "--take-over",
            "--yes",
            "--stream",
            "unknown",
            "--group",
            "g");
    assertThat(removed.exitCode()).as("%s", removed).isZero();
    try (var worker = room.work("unknown", "--exec", "true")) {
      awaitNothingWaits("unknown");
      assertThat(room.group("unknown").get("lag").get("exact").asBoolean()).isTrue();
      room.awaitQuiet("MillhandGroupLagUnknown", "unknown");
      assertThat(worker.isAlive()).isTrue();
    }
  }

  @Test
  void a_group_that_is_999_000_behind_is_told_to_skip_them() throws Exception {
    for (int i = 0; i < 10; i++) {
      add("behind", "1", 100_000);
    }
    createGroup("behind", "0");
    room.redis()
        .command(
            "XREADGROUP", "GROUP", "g", "c", "COUNT", "1000", "NOACK", "STREAMS", "behind", ">");

    assertThat(room.awaitVerdict("behind", "stopped")).contains("999,000 wait");
    room.awaitAlert("MillhandGroupLagging", "behind");
    room.awaitAlert("MillhandGroupFarBehind", "behind");

    var skipped = room.run("group", "set-id", "now", "--yes", "--stream", "behind", "--group", "g");
    assertThat(skipped.exitCode()).as("%s", skipped).isZero();
    assertThat(String.join("\n", skipped.lines())).contains("10,000");
    awaitNothingWaits("behind");
    room.awaitQuiet("MillhandGroupLagging", "behind");
    room.awaitQuiet("MillhandGroupFarBehind", "behind");
  }

  @Test
  void every_panel_of_the_dashboard_shows_something_under_load() throws Exception {
    createGroup("panels", "0");
    room.redis().command("XGROUP", "CREATE", "panels", "nobody", "0");
    var expressions = panelExpressions();
    Predicate<String> needsAnEnd = expression -> expression.contains("drain_seconds");
    try (var worker = room.work("panels", "--exec", "exit 75", "--max-attempts", "2")) {
      try (var orders = feed("panels", "1", 1)) {
        expressions.stream().filter(needsAnEnd.negate()).forEach(NightTest::awaitSomething);
        orders.assertRuns();
      }
      // A machine that is busy with other things never has all done while more is added.
      expressions.stream().filter(needsAnEnd).forEach(NightTest::awaitSomething);
      assertThat(worker.isAlive()).isTrue();
    }
  }

  private static List<String> panelExpressions() {
    var panels =
        new JsonMapper()
            .readTree(Path.of("..", "deploy", "monitoring", "dashboard.json").toFile())
            .get("panels");
    var expressions = new ArrayList<String>();
    for (var panel : panels) {
      for (var target : panel.get("targets")) {
        expressions.add(
            target
                .get("expr")
                .asString()
                .replace("$__rate_interval", "2s")
                .replace("$stream", "panels")
                .replace("$group", ".*"));
      }
    }
    assertThat(expressions).anyMatch(each -> each.contains("drain_seconds"));
    return expressions;
  }

  private static void awaitSomething(String expression) {
    await(expression)
        .atMost(ControlRoom.SOON)
        .until(() -> room.query(expression), found -> !found.isEmpty());
  }

  @Test
  void redis_is_gone_and_comes_back(@TempDir Path folder, @TempDir Path data) throws Exception {
    var prometheus = Installed.orSkip("prometheus");
    var redis = EmbeddedRedis.builder().dataDir(data).config("appendfsync", "always").start();
    try (var ours = ControlRoom.over(redis, prometheus, folder);
        var worker = ours.work("orders", "--print")) {
      redis.command("XADD", "orders", "*", "order_id", "1");
      worker.awaitLine(line -> line.contains("order_id"), ControlRoom.SOON);
      redis.kill();

      var ran = ours.run("groups", "orders");
      assertThat(ran.exitCode()).isEqualTo(3);
      assertThat(String.join("\n", ran.errorLines())).contains("cannot connect to redis://");
      ours.awaitAlert("MillhandDown", "");
      assertThat(ours.query("millhand_group_lag_known")).isEmpty();

      redis.restart();
      ours.awaitQuiet("MillhandDown", "");
      redis.command("XADD", "orders", "*", "order_id", "2");
      worker.awaitLine(line -> line.contains("order_id=2"), ControlRoom.SOON);
      ours.awaitVerdict("orders", "ok");
    }
  }
}
