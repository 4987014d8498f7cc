// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.RedisProbe;
import io.millhand.testkit.RedisProbe.ErrorReply;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.Exporter;
import io.millhand.verification.rig.Installation;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code millhand serve} is scraped while its Redis dies, loads, or stands still. */
@WithRedis(
    persistent = true,
    config = {"key-load-delay 3000", "loading-process-events-interval-bytes 1024"})
@Full
class ExporterFaultTest {

  private static final int KEYS = 1000; // 3 s to load

  private EmbeddedRedis redis;
  private Exporter exporter;

  @BeforeEach
  void open(EmbeddedRedis server) {
    redis = server;
    redis.command("XGROUP", "CREATE", "orders", "g", "$", "MKSTREAM");
    exporter = Exporter.start(Installation.ready(), redis.url(), "--command-timeout", "1s");
  }

  @AfterEach
  void close() {
    exporter.close();
  }

  private List<Exporter.Scrape> scrapes(int count) throws Exception {
    var scrapes = new ArrayList<Exporter.Scrape>();
    for (int i = 0; i < count; i++) {
      scrapes.add(exporter.scrape());
      Rig.let(ofMillis(50));
    }
    return scrapes;
  }

  /** It was told at once that Redis is away, and nothing that it was once. */
  private static void isAway(Exporter.Scrape scrape) {
    assertThat(scrape.status()).isEqualTo(200);
    assertThat(scrape.isUp()).isFalse();
    assertThat(scrape.body()).contains("\nmillhand_up 0\n");
    assertThat(scrape.values()).isEmpty();
    assertThat(scrape.took()).isLessThan(ofSeconds(6));
  }

  /** One entry more is there at each return: an old value would show. */
  private void awaitEntries(int count) {
    var series = "millhand_stream_entries{stream=\"orders\"} " + count;
    await()
        .atMost(ofSeconds(20))
        .until(
            () -> {
              var scrape = exporter.scrape();
              assertThat(scrape.isUp()).isEqualTo(!scrape.values().isEmpty());
              return scrape.values().contains(series);
            });
  }

  @Test
  @Row(
      id = "C2",
      fault = "Redis is killed, loads its data for 3 s, is frozen for 4 s, while it is scraped",
      bound = "up 0 and no value of a stream meanwhile, answered <= 6 s; told once each time")
  void a_scrape_while_redis_is_away_loading_or_frozen_says_so_and_shows_no_old_value(Trial trial)
      throws Exception {
    trial.server(redis.executable().getFileName() + " " + redis.version());
    redis.command("XADD", "orders", "*", "a", "b");
    awaitEntries(1);
    redis.command(
        "EVAL", "for i = 1, ARGV[1] do redis.call('SET', 'key-' .. i, i) end", "0", "" + KEYS);
    redis.command("BGREWRITEAOF"); // only then it answers while it loads
    await()
        .atMost(ofSeconds(20))
        .until(() -> "0".equals(redis.info("aof_rewrite_in_progress")) && rewritten());
    redis.kill();
    assertThat(scrapes(5)).allSatisfy(ExporterFaultTest::isAway);

    var restart = CompletableFuture.runAsync(redis::restart);
    await().atMost(ofSeconds(20)).pollInterval(ofMillis(10)).until(this::isLoading);
    var loading = exporter.scrape();
    if (isLoading()) {
      isAway(loading);
      trial.note("seen while loading");
    }
    restart.join();
    redis.command("XADD", "orders", "*", "a", "b");
    awaitEntries(2);

    redis.pause();
    var frozen = scrapes(3);
    redis.resume();
    assertThat(frozen).allSatisfy(ExporterFaultTest::isAway);
    redis.command("XADD", "orders", "*", "a", "b");
    awaitEntries(3);
    assertThat(exporter.logLines())
        .filteredOn(line -> line.contains("millhand_up is 0"))
        .hasSize(2);
    frozen.stream()
        .map(Exporter.Scrape::took)
        .max(Duration::compareTo)
        .ifPresent(most -> trial.measured("scrape while frozen", most));
  }

  private boolean rewritten() {
    return !"0".equals(redis.info("aof_base_size"));
  }

  private boolean isLoading() {
    try (var probe = RedisProbe.connect(redis.host(), redis.port(), ofSeconds(2))) {
      probe.command("GET", "key-1");
      return false;
    } catch (ErrorReply e) {
      return e.code().equals("LOADING");
    } catch (RuntimeException e) {
      return false; // not there yet
    }
  }
}
