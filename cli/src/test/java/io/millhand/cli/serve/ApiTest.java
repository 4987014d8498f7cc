// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.cli.operate.DeadCommand;
import io.millhand.cli.view.ConsumersCommand;
import io.millhand.cli.view.GroupsCommand;
import io.millhand.cli.view.ListCommand;
import io.millhand.cli.view.PendingCommand;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@WithRedis
class ApiTest {

  private static final JsonMapper JSON = new JsonMapper();

  private Site site;

  @BeforeEach
  void threeEntriesOfWhichTwoArePendingAndADeadLetter(EmbeddedRedis redis) {
    for (int i = 1; i <= 3; i++) {
      redis.command("XADD", "orders", i + "-0", "a", "b");
    }
    redis.command("XGROUP", "CREATE", "orders", "g", "0");
    redis.command("XGROUP", "CREATE", "orders", "other", "0");
    redis.command("XREADGROUP", "GROUP", "g", "c", "COUNT", "2", "STREAMS", "orders", ">");
    redis.command(
        "XADD",
        "{orders}:g:dead",
        "9-1",
        "~millhand",
        "3",
        "~id",
        "1-0",
        "~reason",
        "bad",
        "a",
        "b");
    site = Site.of(redis.url(), Selection.of(List.of("orders*"), List.of("g")), List.of());
  }

  @AfterEach
  void stop() {
    site.close();
  }

  private JsonNode get(String path) {
    return JSON.readTree(site.get(path));
  }

  @Test
  void streams_are_listed(EmbeddedRedis redis) {
    redis.command("XADD", "hidden", "1-0", "a", "b");
    assertThat(site.get("/api/v1/streams"))
        .startsWith(
            "{\"streams\":[{\"stream\":\"orders\",\"entries\":3,\"groups\":2,\"oldest\":\"1-0\",\"newest\":\"3-0\",\"lastGenerated\":\"3-0\",\"added\":3,")
        .endsWith("}]}\n");
    assertThat(site.ask("GET", "/api/v1/streams").headers().firstValue("Content-Type"))
        .contains("application/json");
  }

  @Test
  void what_is_told_is_what_the_commands_tell(EmbeddedRedis redis) {
    var groups = get("/api/v1/streams/orders/groups").get("groups");
    agree(redis, groups, new GroupsCommand(), "orders", "--over", "0s");
    agree(redis, get("/api/v1/streams").get("streams"), new ListCommand());
    String[] group = {"--stream", "orders", "--group", "g"};
    var path = "/api/v1/groups/orders/g/";
    agree(redis, get(path + "consumers").get("consumers"), new ConsumersCommand(), group);
    agree(redis, get(path + "pending").get("pending"), new PendingCommand(), group);
    agree(redis, get(path + "dead").get("dead"), new DeadCommand(), group);
  }

  /** Every property that is told here is told there, with the same value; but for idle times. */
  private static void agree(EmbeddedRedis redis, JsonNode api, Object command, String... args) {
    var words = new ArrayList<>(List.of("--redis", redis.url(), "--json"));
    words.addAll(Arrays.asList(args));
    var out = new StringWriter();
    var line = new CommandLine(command).setOut(new PrintWriter(out));
    line.registerConverter(Duration.class, new io.millhand.cli.Durations());
    assertThat(line.execute(words.toArray(String[]::new))).isZero();

    var lines = out.toString().lines().toList();
    assertThat(api).isNotEmpty();
    for (int i = 0; i < api.size(); i++) {
      var there = JSON.readTree(lines.get(i));
      for (var property : api.get(i).properties()) {
        if (!property.getKey().endsWith("Seconds")) {
          assertThat(property.getValue())
              .as(property.getKey())
              .isEqualTo(there.get(property.getKey()));
        }
        assertThat(there.has(property.getKey())).as(property.getKey()).isTrue();
      }
    }
  }

  @Test
  void groups_that_are_not_looked_at_are_not_there() {
    assertThat(get("/api/v1/streams/orders/groups").get("groups")).hasSize(1);
    assertThat(site.ask("GET", "/api/v1/groups/orders/other/pending").statusCode()).isEqualTo(404);
    assertThat(site.ask("GET", "/api/v1/streams/mail/groups").statusCode()).isEqualTo(404);
  }

  @Test
  void pending_entries_are_turned_page_by_page() {
    var first = get("/api/v1/groups/orders/g/pending?limit=1");
    assertThat(first.get("pending").get(0).get("id").asString()).isEqualTo("1-0");
    assertThat(first.get("next").asString()).isEqualTo("from=1-1");

    var second = get("/api/v1/groups/orders/g/pending?limit=2&" + first.get("next").asString());
    assertThat(second.get("pending")).hasSize(1);
    assertThat(second.get("next").isNull()).isTrue();
    assertThat(get("/api/v1/groups/orders/g/pending?consumer=nobody").get("pending")).isEmpty();
  }

  @Test
  void a_key_may_have_any_name(EmbeddedRedis redis) {
    redis.command("XGROUP", "CREATE", "orders/a+b %\u001b[2J", "g", "0", "MKSTREAM");
    var groups = site.get("/api/v1/streams/orders%2Fa+b%20%25%1B%5B2J/groups");
    assertThat(groups).contains("\"group\":\"g\"").doesNotContain("\u001b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/groups/orders/g/pending?limit=0",
        "/api/v1/groups/orders/g/pending?limit=1000000",
        "/api/v1/groups/orders/g/pending?from=yesterday",
        "/api/v1/groups/orders/g/dead?before=-"
      })
  void a_parameter_that_cannot_be_read_is_told(String path) {
    var refused = site.ask("GET", path);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(JSON.readTree(refused.body()).get("error").asString())
        .containsPattern("limit is a number|(from|before) is not an entry id");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api",
        "/api/v2/streams",
        "/api/v1/streams/orders",
        "/api/v1/streams/orders-gone/groups",
        "/api/v1/groups/orders-gone/g/pending",
        "/api/v1/groups/orders-gone/g/consumers",
        "/api/v1/groups/orders/g/else"
      })
  void what_is_not_there_is_not_found(String path) {
    var answer = site.ask("GET", path);
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(JSON.readTree(answer.body()).has("error")).isTrue();
  }

  @Test
  void while_redis_is_away_that_is_the_answer(EmbeddedRedis redis) {
    redis.kill();
    for (var path : List.of("/api/v1/streams", "/api/v1/groups/orders/g/dead")) {
      var answer = site.ask("GET", path);
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).contains("error").doesNotContain("\tat ");
    }
  }
}
