// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.inspect.AccessRules;
import io.millhand.inspect.AccessRules.Role;
import io.millhand.inspect.AccessRules.Topology;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

@WithRedis
class ServeMetricsTest {

  private static final String ORDERS = "{stream=\"orders\",group=\"g\"}";

  private static void orders(EmbeddedRedis redis) {
    for (int i = 1; i <= 5; i++) {
      redis.command("XADD", "orders", i + "-0", "a", "b");
    }
    redis.command("XGROUP", "CREATE", "orders", "g", "0");
    redis.command("XREADGROUP", "GROUP", "g", "c", "COUNT", "2", "STREAMS", "orders", ">");
  }

  @Test
  void a_group_is_shown_with_what_it_has_not_been_given_and_not_finished(EmbeddedRedis redis) {
    orders(redis);
    redis.command("XADD", "{orders}:g:dead", "*", "a", "b");
    redis.command("XCLAIM", "orders", "g", "~deferred", "0", "1-0");
    redis.command("HSET", "{orders}:g:workers:info", "w", "boot=17\n");

    try (var site = Site.of(redis.url(), Site.sets(10))) {
      assertThat(site.get("/metrics").lines())
          .contains(
              "millhand_up 1",
              "millhand_streams 2",
              "millhand_groups 1",
              "millhand_stream_entries{stream=\"orders\"} 5",
              "millhand_stream_entries_added_total{stream=\"orders\"} 5",
              "millhand_group_lag_entries" + ORDERS + " 3",
              "millhand_group_lag_known" + ORDERS + " 1",
              "millhand_group_lag_lower_bound_entries" + ORDERS + " 3",
              "millhand_group_pending_entries" + ORDERS + " 1",
              "millhand_group_deferred_entries" + ORDERS + " 1",
              "millhand_group_dead_letters" + ORDERS + " 1",
              "millhand_group_consumers" + ORDERS + " 1",
              "millhand_group_workers_registered" + ORDERS + " 1",
              "millhand_group_silent_consumers" + ORDERS + " 0",
              "millhand_consumer_pending_entries{stream=\"orders\",group=\"g\",consumer=\"c\"} 1",
              "millhand_consumers_left_out 0")
          // These ids are no times.
          .noneMatch(line -> line.startsWith("millhand_group_oldest_"));
    }
  }

  @Test
  void ages_are_those_of_the_oldest_entries(EmbeddedRedis redis) {
    var now = System.currentTimeMillis();
    redis.command("XADD", "orders", now - 60_000 + "-0", "a", "b");
    redis.command("XADD", "orders", now - 30_000 + "-0", "a", "b");
    redis.command("XGROUP", "CREATE", "orders", "g", "0");
    redis.command("XREADGROUP", "GROUP", "g", "c", "COUNT", "1", "STREAMS", "orders", ">");

    try (var site = Site.of(redis.url(), Site.sets(0))) {
      assertThat(site.value("millhand_group_oldest_pending_age_seconds" + ORDERS))
          .hasValueSatisfying(age -> assertThat(Double.parseDouble(age)).isBetween(60.0, 90.0));
      assertThat(site.value("millhand_group_oldest_undelivered_age_seconds" + ORDERS))
          .hasValueSatisfying(age -> assertThat(Double.parseDouble(age)).isBetween(30.0, 59.0));
    }
  }

  @Test
  void a_lag_that_redis_cannot_tell_is_counted_or_said_to_be_unknown_never_zero(
      EmbeddedRedis redis) {
    for (int i = 1; i <= 300; i++) {
      redis.command("XADD", "orders", i + "-0", "a", "x".repeat(20_000));
    }
    redis.command("XGROUP", "CREATE", "orders", "near", "250");
    redis.command("XGROUP", "CREATE", "orders", "far", "50");
    redis.command("XGROUP", "CREATE", "orders", "start", "0");
    redis.command("XDEL", "orders", "280-0");

    try (var site = Site.of(redis.url(), Site.sets(0))) {
      var far = "{stream=\"orders\",group=\"far\"}";
      assertThat(site.value("millhand_group_lag_entries" + far)).isEmpty();
      assertThat(site.value("millhand_group_lag_known" + far)).contains("0");
      assertThat(site.value("millhand_group_lag_lower_bound_entries" + far)).contains("52");
      assertThat(site.value("millhand_group_lag_entries{stream=\"orders\",group=\"near\"}"))
          .contains("49");
      assertThat(site.value("millhand_group_lag_entries{stream=\"orders\",group=\"start\"}"))
          .contains("299");
    }
  }

  @Test
  void while_redis_is_away_its_values_are_withdrawn(EmbeddedRedis redis) {
    orders(redis);
    try (var site = Site.of(redis.url(), Site.sets(0))) {
      assertThat(site.value("millhand_up")).contains("1");
      assertThat(site.ask("GET", "/readyz").statusCode()).isEqualTo(200);

      redis.kill();
      assertThat(site.get("/metrics").lines())
          .contains("millhand_up 0")
          .noneMatch(line -> line.contains("_group_") || line.contains("_stream"));
      assertThat(site.ask("GET", "/healthz").statusCode()).isEqualTo(200);
      assertThat(site.ask("GET", "/readyz").statusCode()).isEqualTo(503);

      redis.restart();
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(site.value("millhand_up")).contains("1"));
    }
  }

  @Test
  void a_connection_that_the_server_closed_between_two_scrapes_is_no_outage(EmbeddedRedis redis) {
    orders(redis);
    try (var site = Site.of(redis.url(), Site.sets(0))) {
      assertThat(site.value("millhand_up")).contains("1");
      redis.command("CLIENT", "KILL", "TYPE", "normal");
      assertThat(site.value("millhand_up")).contains("1");
      redis.restart();
      assertThat(site.value("millhand_up")).contains("1");
    }
  }

  @Test
  void a_redis_that_does_not_answer_is_away_too(EmbeddedRedis redis) {
    orders(redis);
    try (var site = Site.of(redis.url(), Site.sets(0))) {
      assertThat(site.value("millhand_up")).contains("1");
      redis.pause();
      assertThat(site.value("millhand_up")).contains("0");
      assertThat(site.ask("GET", "/healthz").statusCode()).isEqualTo(200);
      redis.resume();
      assertThat(site.value("millhand_up")).contains("1");
    }
  }

  @Test
  void streams_and_groups_are_chosen_by_name_and_by_pattern(EmbeddedRedis redis) {
    for (var stream : List.of("orders", "orders:eu", "mail")) {
      for (var group : List.of("work", "audit")) {
        redis.command("XGROUP", "CREATE", stream, group, "0", "MKSTREAM");
      }
    }
    var some = Selection.of(List.of("orders*"), List.of("[wx]or?"));
    try (var site = Site.of(redis.url(), some, Site.sets(0))) {
      assertThat(site.get("/metrics").lines().filter(line -> line.contains("_lag_known{")))
          .containsExactly(
              "millhand_group_lag_known{stream=\"orders\",group=\"work\"} 1",
              "millhand_group_lag_known{stream=\"orders:eu\",group=\"work\"} 1");
    }
    var named = Selection.of(List.of("mail", "gone"), List.of());
    redis.command("CONFIG", "RESETSTAT");
    try (var site = Site.of(redis.url(), named, Site.sets(0))) {
      assertThat(site.get("/metrics").lines()).contains("millhand_streams 1", "millhand_groups 2");
      // Whoever names all streams does not pay for looking for them.
      assertThat(redis.info("cmdstat_scan")).isNull();
    }
  }

  @Test
  void a_key_that_is_no_stream_disturbs_nobody(EmbeddedRedis redis) {
    orders(redis);
    redis.command("SET", "text", "x");
    var named = Selection.of(List.of("text", "orders"), List.of());
    try (var site = Site.of(redis.url(), named, Site.sets(0))) {
      assertThat(site.get("/metrics").lines()).contains("millhand_up 1", "millhand_groups 1");
    }
  }

  @Test
  void consumers_beyond_the_limit_are_counted_and_left_out(EmbeddedRedis redis) {
    orders(redis);
    for (int i = 0; i < 5; i++) {
      redis.command("XGROUP", "CREATECONSUMER", "orders", "g", "more-" + i);
    }
    try (var site = Site.of(redis.url(), Site.sets(2))) {
      var shown = site.get("/metrics");
      assertThat(shown.lines()).contains("millhand_consumers_left_out 4");
      assertThat(shown.lines().filter(line -> line.startsWith("millhand_consumer_idle")))
          .hasSize(2);
    }
  }

  @Test
  void names_that_strangers_chose_forge_no_series_and_no_line(EmbeddedRedis redis) {
    var hostile = "a\"} 1\nforged 1 \\ \u001b[2J \u202e";
    redis.command("XGROUP", "CREATE", hostile, hostile, "0", "MKSTREAM");
    try (var site = Site.of(redis.url(), Site.sets(0))) {
      var shown = site.get("/metrics");
      assertThat(shown.lines()).noneMatch(line -> line.startsWith("forged"));
      assertThat(shown).doesNotContain("\u001b", "\u202e");
      assertThat(
              site.value(
                  "millhand_stream_entries{stream=\"%s\"}"
                      .formatted("a\\\"} 1\\\\nforged 1 \\\\\\\\ \\\\x1b[2J \\\\u202e")))
          .contains("0");
    }
  }

  /** What the docs say that a watcher of its own can do without, in the sentence that ends so. */
  private static List<String> spare(String ending) throws IOException {
    var docs = Files.readString(Path.of("..", "docs", "operations.md"));
    var end = docs.indexOf(ending);
    assertThat(end).as(ending).isPositive();
    var sentence =
        docs.substring(Math.max(docs.lastIndexOf(';', end), docs.lastIndexOf('.', end)), end);
    return Pattern.compile("`([^`]*)`").matcher(sentence).results().map(it -> it.group(1)).toList();
  }

  /** May look at all streams, but for what can be left out. */
  private static String watcher(EmbeddedRedis redis, List<String> spare) {
    var words = new ArrayList<>(List.of("ACL", "SETUSER", "watcher", "reset", "on", ">secret"));
    words.addAll(List.of("~*", "-@all"));
    var commands =
        new ArrayList<>(AccessRules.of(Role.VIEWER, "s", "g", Topology.SERVER).commands());
    assertThat(commands).containsAll(spare);
    commands.removeAll(spare);
    commands.forEach(each -> words.add("+" + each));
    redis.command(words.toArray(String[]::new));
    return redis.url().replace("redis://", "redis://watcher:secret@");
  }

  @Test
  void the_permissions_that_the_docs_name_are_enough(EmbeddedRedis redis) throws Exception {
    orders(redis);
    var spare = spare(" are for `millhand audit` and `doctor`");
    assertThat(spare).hasSize(3);

    try (var site = Site.of(watcher(redis, spare), Site.sets(10, OtherNames.values()))) {
      assertThat(site.get("/metrics").lines()).contains("millhand_up 1", "millhand_groups 1");
      assertThat(site.ask("GET", "/readyz").statusCode()).isEqualTo(200);
      for (var what : List.of("consumers", "pending", "dead")) {
        assertThat(site.ask("GET", "/api/v1/groups/orders/g/" + what).statusCode()).isEqualTo(200);
      }
      assertThat(site.ask("GET", "/api/v1/streams/orders/groups").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void a_scrape_does_without_what_the_docs_say_is_for_the_api_alone(EmbeddedRedis redis)
      throws Exception {
    orders(redis);
    var spare = spare(" are for `/api/v1` alone");
    assertThat(spare).hasSize(2);

    try (var site = Site.of(watcher(redis, spare), Site.sets(10, OtherNames.values()))) {
      assertThat(site.get("/metrics").lines()).contains("millhand_up 1", "millhand_groups 1");
    }
  }

  @Test
  void a_permission_that_lacks_is_an_outage_told_with_its_name(EmbeddedRedis redis) {
    orders(redis);
    redis.command("ACL", "SETUSER", "blind", "on", ">secret", "~*", "+@all", "-xpending");
    var url = redis.url().replace("redis://", "redis://blind:secret@");
    try (var site = Site.of(url, Site.sets(0))) {
      assertThat(site.get("/metrics").lines())
          .contains("millhand_up 0")
          .noneMatch(line -> line.startsWith("millhand_group_"));
    }
  }
}
