// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.millhand.cli.Installed;
import io.millhand.testkit.ChildProcess;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Held against the real redis_exporter (Debian: prometheus-redis-exporter), where there is one. */
@WithRedis
class RedisExporterTest {

  /** Those that came with later versions than the oldest that we compare with. */
  private static final Set<String> LATER =
      Set.of(
          "redis_stream_max_deleted_entry_id",
          "redis_stream_first_entry_id",
          "redis_stream_last_entry_id",
          "redis_stream_entries_added_total",
          "redis_stream_group_entries_read",
          "redis_stream_group_lag");

  private static final String IDLE = "redis_stream_group_consumer_idle_seconds";

  /** A lag that is known, one that is 0, one that is not; an empty stream; odd names. */
  private static final String STREAMS =
      """
      redis.call('SELECT', ARGV[1])
      for e = 1, 10 do redis.call('XADD', 'orders', '170000000000' .. e .. '-3', 'a', 'b') end
      redis.call('XGROUP', 'CREATE', 'orders', 'processing_group', '0')
      redis.call('XGROUP', 'CREATE', 'orders', 'analytics_group', '$')
      redis.call('XREADGROUP', 'GROUP', 'processing_group', 'pod-a', 'COUNT', 3, 'STREAMS', 'orders', '>')
      redis.call('XREADGROUP', 'GROUP', 'processing_group', 'pod-b', 'COUNT', 2, 'STREAMS', 'orders', '>')
      redis.call('XACK', 'orders', 'processing_group', '1700000000001-3')
      redis.call('XCLAIM', 'orders', 'processing_group', '~deferred', 0, '1700000000002-3')
      for e = 1, 5 do redis.call('XADD', 'broken', e .. '-0', 'a', 'b') end
      redis.call('XGROUP', 'CREATE', 'broken', 'g', '0')
      redis.call('XGROUP', 'CREATE', 'broken', 'mid', '2-0')
      redis.call('XREADGROUP', 'GROUP', 'g', 'c "1"', 'COUNT', 1, 'STREAMS', 'broken', '>')
      redis.call('XDEL', 'broken', '3-0')
      redis.call('XGROUP', 'CREATE', 'empty {x} y', 'g h', '0', 'MKSTREAM')
      redis.call('XADD', 'highest', '18446744073709551615-1', 'a', 'b')
      """;

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void every_series_of_redis_exporter_is_here_with_its_labels_and_its_value(
      int database, EmbeddedRedis redis) throws Exception {
    var program = Installed.orSkip("prometheus-redis-exporter", "redis_exporter");
    redis.command("EVAL", STREAMS, "0", Integer.toString(database));
    var port = freePort();
    var pairs =
        List.of("orders", "broken", "empty {x} y", "highest").stream()
            .map(key -> "db" + database + "=" + key)
            .collect(Collectors.joining(","));
    try (var exporter =
            ChildProcess.command(
                    program,
                    "-redis.addr",
                    redis.url(),
                    "-check-single-streams",
                    pairs,
                    "-web.listen-address",
                    "127.0.0.1:" + port)
                .start();
        var site =
            Site.of(
                redis.url() + "/" + database,
                Site.sets(database, 1000, OtherNames.REDIS_EXPORTER))) {
      assertThat(exporter.isAlive()).isTrue();
      var theirs =
          series(
              await()
                  .atMost(Duration.ofSeconds(20))
                  .until(() -> scrape(port), text -> text.contains("redis_stream_length{")));
      var ours = series(site.get("/metrics"));

      theirs.forEach((series, value) -> compare(series, value, ours));
      assertThat(theirs).hasSizeGreaterThan(20);
      var more = new TreeSet<String>();
      ours.keySet().stream()
          .filter(series -> !theirs.containsKey(series))
          .forEach(series -> more.add(series.name()));
      assertThat(LATER).containsAll(more);
    }
  }

  private static Map<Series, Double> series(String text) {
    return Series.of(text, name -> name.startsWith("redis_stream_"));
  }

  private static void compare(Series series, double value, Map<Series, Double> ours) {
    if (series.name().equals("redis_stream_group_lag") && !ours.containsKey(series)) {
      assertThat(value).as("%s: only an unknown lag, which they call 0, may lack", series).isZero();
      return;
    }
    assertThat(ours).containsKey(series);
    if (series.name().equals(IDLE)) {
      assertThat(ours.get(series)).as("%s", series).isCloseTo(value, within(20.0));
    } else {
      assertThat(ours.get(series)).as("%s", series).isEqualTo(value);
    }
  }

  @Test
  void a_lag_that_redis_cannot_tell_has_no_sample_under_their_name_either(EmbeddedRedis redis) {
    redis.command("EVAL", STREAMS, "0", "0");
    try (var site = Site.of(redis.url(), Site.sets(0, OtherNames.REDIS_EXPORTER))) {
      var lag = "redis_stream_group_lag{db=\"db0\",stream=\"%s\",group=\"%s\"}";
      assertThat(site.value(lag.formatted("orders", "processing_group"))).contains("5");
      assertThat(site.value(lag.formatted("orders", "analytics_group"))).contains("0");
      assertThat(site.value(lag.formatted("broken", "mid"))).isEmpty();
      assertThat(site.get("/metrics")).doesNotContain("redis_stream_group_consumer_idle_seconds{");
    }
  }

  @Test
  void the_rule_of_the_recipe_comes_to_the_lag_of_the_slowest_group(EmbeddedRedis redis) {
    redis.command("EVAL", STREAMS, "0", "0");
    try (var site =
        Site.of(redis.url(), Site.sets(0, OtherNames.REDIS_EXPORTER, OtherNames.ARTICLE))) {
      assertThat(site.get("/metrics").lines())
          .contains(
              "redis_stream_length{db=\"db0\",stream=\"orders\"} 10",
              "redis_consumer_group_last_delivered_id{db=\"db0\",stream=\"orders\"} 5",
              "redis_consumer_group_pending{db=\"db0\",stream=\"orders\",group=\"processing_group\"} 4",
              "redis_stream_pending_messages{db=\"db0\",stream=\"orders\",group=\"processing_group\"} 9");
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static String scrape(int port) throws InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      var uri = URI.create("http://127.0.0.1:" + port + "/metrics");
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return ""; // it does not listen yet
    }
  }
}
