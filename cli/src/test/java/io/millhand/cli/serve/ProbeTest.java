// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.delivery.EntryId;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.RedisProbe;
import io.millhand.testkit.WithRedis;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@WithRedis
class ProbeTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  private static double value(Site site, String name) {
    return site.value("millhand_probe_" + name).map(Double::parseDouble).orElse(-1.0);
  }

  @Test
  void the_way_through_stream_and_group_is_measured(EmbeddedRedis redis) {
    try (var site = Site.probing(redis.url(), Duration.ofMillis(50))) {
      await().atMost(SOON).until(() -> value(site, "handled_total") >= 5);
      assertThat(value(site, "latency_seconds")).isBetween(0.0, 10.0);
      assertThat(value(site, "silence_seconds")).isBetween(0.0, 10.0);
      assertThat(value(site, "sent_total")).isGreaterThanOrEqualTo(5);
      assertThat(value(site, "failed_total")).isZero();
      var alive = "millhand_group_workers_alive{stream=\"probe\",group=\"probe\"}";
      await().atMost(SOON).until(() -> site.value(alive).equals(Optional.of("1")));
    }
    // It leaves the group as a worker does.
    assertThat(RedisProbe.list(redis.command("HKEYS", "{probe}:probe:workers:info")))
        .allSatisfy(key -> assertThat(String.valueOf(key)).startsWith("~"));
  }

  @Test
  void two_who_probe_one_stream_do_not_disturb_each_other(EmbeddedRedis redis) {
    try (var one = Site.probing(redis.url(), Duration.ofMillis(20));
        var two = Site.probing(redis.url(), Duration.ofMillis(20))) {
      await().atMost(SOON).until(() -> value(one, "latency_seconds") >= 0);
      await().atMost(SOON).until(() -> value(two, "latency_seconds") >= 0);
      assertThat(value(one, "failed_total") + value(two, "failed_total")).isZero();
    }
  }

  @Test
  void without_redis_it_is_silent_and_tells(EmbeddedRedis redis) {
    try (var site = Site.probing(redis.url(), Duration.ofMillis(50))) {
      await().atMost(SOON).until(() -> value(site, "handled_total") >= 1);
      redis.kill();
      await().atMost(SOON).until(() -> value(site, "failed_total") >= 1);
      await().atMost(SOON).until(() -> value(site, "silence_seconds") >= 1);

      redis.restart();
      var handled = value(site, "handled_total");
      await().atMost(SOON).until(() -> value(site, "handled_total") > handled);
      assertThat(value(site, "silence_seconds")).isLessThan(5);
    }
  }

  @Test
  void without_a_probe_there_are_no_values_of_it(EmbeddedRedis redis) {
    try (var site = Site.of(redis.url(), Site.sets(0))) {
      assertThat(site.get("/metrics")).doesNotContain("millhand_probe");
    }
  }

  @Test
  void entries_that_others_handle_are_forgotten() {
    var flights = new Flights();
    var first = flights.begin(0);
    for (int i = 0; i < 100; i++) {
      flights.begin(1);
    }
    flights.land(first, new EntryId(1, 0));
    assertThat(flights.end(new EntryId(1, 0), 5)).isEmpty();

    flights.land(flights.begin(7), new EntryId(2, 0));
    assertThat(flights.end(new EntryId(2, 0), 10)).isEqualTo(Optional.of(Duration.ofNanos(3)));
    assertThat(flights.end(new EntryId(2, 0), 10)).isEmpty();
  }
}
