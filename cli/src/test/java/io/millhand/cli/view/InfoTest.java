// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@WithRedis
class InfoTest {

  private static final String HOSTILE = "\u001b[2J\nforged \u202e \u0000";

  @BeforeEach
  void aStreamWithTwoGroups(EmbeddedRedis redis) {
    for (int i = 1; i <= 3; i++) {
      redis.command("XADD", "orders", i + "-0", "order_id", "" + i);
    }
    redis.command("XGROUP", "CREATE", "orders", "billing", "0");
    redis.command("XGROUP", "CREATE", "orders", "search", "$");
    redis.command("XREADGROUP", "GROUP", "billing", "c", "COUNT", "2", "STREAMS", "orders", ">");
    redis.command("XACK", "orders", "billing", "1-0");
    redis.command("SET", "{orders}:billing:position", "1-0");
  }

  private static InProcess info(EmbeddedRedis redis, String... words) {
    return InProcess.run(redis, new InfoCommand(), ViewsTest.with(words, "--over", "0s"));
  }

  private static JsonNode json(String line) {
    return new JsonMapper().readTree(line);
  }

  @Test
  void one_screen_tells_of_the_server_and_the_worst_groups(EmbeddedRedis redis) {
    var screen = info(redis);

    assertThat(screen.exitCode()).isZero();
    assertThat(screen.text())
        .containsPattern("server +(redis|valkey) \\d")
        .containsPattern("role +primary, 0 replicas")
        .containsPattern("memory +[\\d.]+ MiB, no limit")
        .containsPattern("streams +1\n")
        .containsPattern("groups +2\n")
        .containsPattern("verdicts +.*1 ok")
        .containsPattern("findings +\\d+ critical, \\d+ warnings?, \\d+ notes?");
    assertThat(screen.out().size()).isLessThan(24);
  }

  @Test
  void one_screen_tells_of_a_stream_and_who_holds_it(EmbeddedRedis redis) {
    var screen = info(redis, "orders");

    assertThat(screen.text())
        .containsPattern("entries +3\n")
        .containsPattern("oldest +1-0\n")
        .containsPattern("held by +billing, from 2-0 on: pending\n")
        .containsPattern("orders +billing ")
        .containsPattern("orders +search +ok ");
  }

  @Test
  void one_screen_tells_of_a_group_and_its_consumers(EmbeddedRedis redis) {
    var screen = info(redis, "--stream", "orders", "--group", "billing");

    assertThat(screen.text())
        .containsPattern("pending +1\n")
        .containsPattern("safe position +1-0\n")
        .containsPattern("last delivered +2-0\n")
        .containsPattern("c +foreign +- +1 ");
    assertThat(info(redis, "orders", "nobody").exitCode()).isEqualTo(1);
    assertThat(info(redis, "nothing").failure()).contains("no stream nothing");
  }

  @Test
  void programs_get_the_same_as_json(EmbeddedRedis redis) {
    var server = info(redis, "--json");
    assertThat(json(server.out().get(0)).get("streams").asInt()).isEqualTo(1);
    assertThat(server.out()).hasSize(3);
    assertThat(json(server.out().get(1)).get("stream").asString()).isEqualTo("orders");

    var group = json(info(redis, "orders", "billing", "--json").out().get(0));
    assertThat(group.get("memory").asInt()).isPositive();
    assertThat(group.get("safePosition").asString()).isEqualTo("1-0");
    assertThat(group.get("lag").get("entries").asInt()).isEqualTo(1);
  }

  @Test
  void names_that_strangers_chose_cannot_harm_a_terminal(EmbeddedRedis redis) {
    redis.command("XGROUP", "CREATE", HOSTILE, HOSTILE, "0", "MKSTREAM");
    redis.command("XADD", HOSTILE, "1-0", "a", "1");
    redis.command("XREADGROUP", "GROUP", HOSTILE, HOSTILE, "STREAMS", HOSTILE, ">");

    for (var screen :
        new InProcess[] {info(redis), info(redis, HOSTILE), info(redis, HOSTILE, HOSTILE)}) {
      assertThat(screen.exitCode()).isZero();
      assertThat(screen.out()).noneMatch(line -> line.startsWith("forged"));
      assertThat(screen.text()).doesNotContain("\u001b", "\u202e", "\u0000").contains("[2J");
    }
  }
}
