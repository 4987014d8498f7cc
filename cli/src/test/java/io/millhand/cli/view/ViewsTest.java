// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.cli.Main;
import io.millhand.cli.operate.DeadCommand;
import io.millhand.cli.operate.GroupCreateCommand;
import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@WithRedis
class ViewsTest {

  private static final String HOSTILE = "\u001b[2J\nforged \u202e \u009b";
  private static final String[] TARGET = {"--stream", "orders", "--group", "g"};

  @BeforeEach
  void threeEntriesOfWhichTwoArePending(EmbeddedRedis redis) {
    redis.command("XADD", "orders", "1-0", "a", "1");
    redis.command("XADD", "orders", "2-0", "a", "2");
    redis.command("XADD", "orders", "3-0", "a", "3");
    redis.command("XGROUP", "CREATE", "orders", "g", "0");
    redis.command("XREADGROUP", "GROUP", "g", "foreign", "COUNT", "2", "STREAMS", "orders", ">");
  }

  private static JsonNode json(String line) {
    return new JsonMapper().readTree(line);
  }

  @Test
  void groups_are_listed_with_lag_and_pending(EmbeddedRedis redis) {
    redis.command("XGROUP", "CREATE", "other", "h", "$", "MKSTREAM");

    var all = InProcess.run(redis, new GroupsCommand(), "--over", "10ms");
    assertThat(all.exitCode()).isZero();
    assertThat(all.out()).first().asString().matches("STREAM +GROUP +VERDICT +LAG +PENDING .*");
    assertThat(all.out().get(1)).matches("orders +g +\\w+ +1 +2 +0 +0 +0.0 +0.0 +0 .*");
    assertThat(all.out().get(2)).matches("other +h +ok +0 +0 .*");

    var one = InProcess.run(redis, new GroupsCommand(), "orders", "--json", "--over", "0s");
    var group = json(one.text());
    assertThat(group.get("group").asString()).isEqualTo("g");
    assertThat(group.get("lag").toString()).isEqualTo("{\"entries\":1,\"exact\":true}");
    assertThat(group.get("pending").asInt()).isEqualTo(2);
    assertThat(group.get("deferred").asInt()).isZero();
    assertThat(group.get("lastDelivered").asString()).isEqualTo("2-0");
    assertThat(group.get("oldestPending").asString()).isEqualTo("1-0");
    assertThat(group.get("keeper").isNull()).isTrue();
  }

  @Test
  void a_group_that_has_nothing_left_says_so_for_each_question(EmbeddedRedis redis) {
    redis.command("XGROUP", "CREATE", "quiet", "g", "$", "MKSTREAM");
    String[] quiet = {"--stream", "quiet", "--group", "g"};

    assertThat(InProcess.run(redis, new ConsumersCommand(), quiet).text())
        .isEqualTo("No consumers.");
    assertThat(InProcess.run(redis, new PendingCommand(), quiet).text())
        .isEqualTo("Nothing is pending.");
    assertThat(InProcess.run(redis, new DeadCommand(), quiet).text()).isEqualTo("No dead letters.");
    assertThat(InProcess.run(redis, new PendingCommand(), with(quiet, "--json")).text()).isEmpty();
  }

  @Test
  void consumers_of_other_kinds_are_told_from_workers(EmbeddedRedis redis) {
    var consumers = InProcess.run(redis, new ConsumersCommand(), TARGET);

    assertThat(consumers.out().get(1)).matches("foreign +foreign +- +2 +\\d+ m?s +- .*");
    var consumer =
        json(InProcess.run(redis, new ConsumersCommand(), with(TARGET, "--json")).text());
    assertThat(consumer.get("kind").asString()).isEqualTo("foreign");
    assertThat(consumer.get("worker").isNull()).isTrue();
  }

  @Test
  void pending_entries_are_listed_page_by_page(EmbeddedRedis redis) {
    var first = InProcess.run(redis, new PendingCommand(), with(TARGET, "--limit", "1"));
    assertThat(first.out()).hasSize(3);
    assertThat(first.out().get(1)).startsWith("1-0  foreign");
    assertThat(first.out().get(2)).contains("--from 1-1");

    var second =
        InProcess.run(redis, new PendingCommand(), with(TARGET, "--from", "1-1", "--json"));
    assertThat(json(second.text()).get("id").asString()).isEqualTo("2-0");
    assertThat(json(second.text()).get("attempts").asInt()).isZero();

    assertThat(
            InProcess.run(redis, new PendingCommand(), with(TARGET, "--consumer", "nobody")).text())
        .isEqualTo("Nothing is pending.");
    assertThat(InProcess.run(redis, new DeferredCommand(), TARGET).text())
        .isEqualTo("Nothing is deferred.");
  }

  @Test
  void names_that_strangers_chose_cannot_harm_a_terminal(EmbeddedRedis redis) {
    redis.command("XGROUP", "CREATE", HOSTILE, HOSTILE, "0", "MKSTREAM");
    redis.command("XADD", HOSTILE, "1-0", "a", "1");
    redis.command("XREADGROUP", "GROUP", HOSTILE, HOSTILE, "STREAMS", HOSTILE, ">");
    String[] target = {"--stream", HOSTILE, "--group", HOSTILE};

    for (var shown :
        Arrays.asList(
            InProcess.run(redis, new GroupsCommand()),
            InProcess.run(redis, new ConsumersCommand(), target),
            InProcess.run(redis, new PendingCommand(), target),
            InProcess.run(redis, new GroupsCommand(), "--json"),
            InProcess.run(redis, new ConsumersCommand(), with(target, "--json")))) {
      assertThat(shown.exitCode()).isZero();
      assertThat(shown.out()).noneMatch(line -> line.startsWith("forged"));
      assertThat(shown.text()).doesNotContain("\u001b", "\u202e", "\u009b").contains("[2J");
    }
    assertThat(InProcess.run(redis, new ConsumersCommand(), target).text())
        .contains("\\x1b[2J\\nforged \\u202e \\u009b");
  }

  @Test
  void a_group_is_created_once(EmbeddedRedis redis) {
    String[] target = {"--stream", "new", "--group", "g", "--json"};

    assertThat(
            InProcess.run(redis, new GroupCreateCommand(), with(target, "--start", "now")).text())
        .isEqualTo("{\"stream\":\"new\",\"group\":\"g\",\"created\":true}");
    assertThat(InProcess.run(redis, new GroupCreateCommand(), target).text())
        .isEqualTo("{\"stream\":\"new\",\"group\":\"g\",\"created\":false}");
  }

  @Test
  void a_group_begins_where_it_is_told(EmbeddedRedis redis) {
    for (var start : Arrays.asList("beginning", "now", "2-0", "1970-01-01T00:00:00.002Z")) {
      InProcess.run(
          redis,
          new GroupCreateCommand(),
          "--stream",
          "orders",
          "--group",
          "at-" + start,
          "--start",
          start);
    }

    var groups =
        InProcess.run(redis, new GroupsCommand(), "orders", "--json").out().stream()
            .map(ViewsTest::json)
            .map(group -> group.get("group").asString() + " " + group.get("lag").get("entries"));
    assertThat(groups)
        .contains("at-beginning 3", "at-now 0", "at-2-0 1", "at-1970-01-01T00:00:00.002Z 2");
    assertThat(
            InProcess.run(redis, new GroupCreateCommand(), with(TARGET, "--start", "yesterday"))
                .exitCode())
        .isEqualTo(2);
  }

  @Test
  void what_is_not_there_is_told_in_words(EmbeddedRedis redis) {
    try (var groups =
        ChildProcess.java(Main.class)
            .args("pending", "--redis", redis.url(), "--stream", "orders", "--group", "nobody")
            .start()) {
      assertThat(groups.awaitExit(Duration.ofSeconds(30))).isEqualTo(1);
      assertThat(groups.lines()).isEmpty();
      assertThat(groups.errorLines()).singleElement().asString().startsWith("millhand: ");
    }
  }

  static String[] with(String[] some, String... more) {
    var all = Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }
}
