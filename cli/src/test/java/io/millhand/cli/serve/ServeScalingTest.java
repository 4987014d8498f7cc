// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.cli.autoscale.Signals;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@WithRedis
class ServeScalingTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String NEED =
      "millhand_group_required_workers{stream=\"orders\",group=\"g\"}";
  private static final String KNOWN =
      "millhand_group_required_workers_known{stream=\"orders\",group=\"g\"}";
  private static final String BACKLOG =
      "millhand_group_backlog_entries{stream=\"orders\",group=\"g\"}";

  private static Site site(EmbeddedRedis redis) {
    return Site.scaling(
        redis.url(), new Signals(Duration.ofSeconds(15)), "stream=orders,group=g,max=7");
  }

  private static JsonNode scaling(Site site) {
    return JsonMapper.shared().readTree(site.get("/api/v1/groups/orders/g/scaling"));
  }

  @Test
  void the_decision_its_reason_and_what_it_rests_on_are_told(EmbeddedRedis redis) {
    for (int i = 0; i < 50; i++) {
      redis.command("XADD", "orders", "*", "a", "b");
    }
    redis.command("XGROUP", "CREATE", "orders", "g", "0");
    try (var site = site(redis)) {
      await()
          .atMost(SOON)
          .until(
              () -> scaling(site).path("reason").asString(""),
              reason -> reason.contains("no worker has been seen at work yet"));

      assertThat(site.value(NEED)).hasValue("1");
      assertThat(site.value(KNOWN)).hasValue("1");
      assertThat(site.value(BACKLOG)).hasValue("50");
      var told = scaling(site);
      assertThat(told.path("workers").asInt()).isEqualTo(1);
      assertThat(told.path("backlog").asLong()).isEqualTo(50);
      assertThat(told.path("ready").asInt()).isZero();
      assertThat(told.path("hasWork").asBoolean()).isTrue();
      assertThat(told.path("utilisation").isNull()).isTrue();
    }
  }

  @Test
  void what_cannot_be_told_is_no_number(EmbeddedRedis redis) {
    redis.command("XGROUP", "CREATE", "orders", "g", "0", "MKSTREAM");
    redis.command("XADD", "orders", "*", "a", "b");
    try (var site = site(redis)) {
      await().atMost(SOON).until(() -> site.value(NEED).isPresent());

      redis.kill();
      await().atMost(SOON).until(() -> site.value(KNOWN).isEmpty());
      assertThat(site.value(NEED)).isEmpty();
      assertThat(site.ask("GET", "/api/v1/groups/orders/g/scaling").statusCode()).isEqualTo(503);
      assertThat(scaling(site).path("error").asString()).contains("cannot connect");

      redis.restart();
      redis.command("XGROUP", "CREATE", "orders", "g", "0", "MKSTREAM");
      await().atMost(SOON).until(() -> site.value(KNOWN).isPresent());
    }
  }

  @Test
  void where_nothing_is_decided_that_is_said(EmbeddedRedis redis) {
    redis.command("XGROUP", "CREATE", "orders", "g", "0", "MKSTREAM");
    try (var site = Site.of(redis.url(), Site.sets(0))) {
      assertThat(site.ask("GET", "/api/v1/groups/orders/g/scaling").statusCode()).isEqualTo(404);
      assertThat(scaling(site).path("error").asString()).contains("--scale");
      assertThat(site.value(KNOWN)).isEmpty();
    }
  }

  @Test
  void of_a_group_that_is_not_there_nothing_is_told(EmbeddedRedis redis) {
    try (var site = site(redis)) {
      await().atMost(SOON).until(() -> site.value(NEED).isPresent());
      assertThat(site.ask("GET", "/api/v1/groups/orders/other/scaling").statusCode())
          .isEqualTo(404);
      assertThat(scaling(site).path("workers").asInt()).isZero();
    }
  }
}
