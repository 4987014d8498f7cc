// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.RedisProbe;
import io.millhand.testkit.WithRedis;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

@WithRedis
class ServeSpeedTest {

  private static final String MANY_STREAMS =
      """
      for s = 1, 200 do
        local key = 'stream:' .. s
        for e = 1, 50 do redis.call('XADD', key, '*', 'order_id', e, 'amount', '99.99') end
        for g = 1, 5 do
          redis.call('XGROUP', 'CREATE', key, 'group-' .. g, '0')
          redis.call('XREADGROUP', 'GROUP', 'group-' .. g, 'c', 'COUNT', 10, 'STREAMS', key, '>')
        end
      end
      """;

  private static final String MANY_PENDING =
      """
      for e = 1, 100000 do redis.call('XADD', 'big', '*', 'a', 'b') end
      redis.call('XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', 100000, 'STREAMS', 'big', '>')
      """;

  @Test
  void a_thousand_groups_are_shown_within_300_ms(EmbeddedRedis redis) {
    redis.command("EVAL", MANY_STREAMS, "0");
    try (var site = Site.of(redis.url(), Site.sets(1000))) {
      // Once warm, as a server is; the best of some, since other things run on this machine.
      LongStream.range(0, 20).forEach(i -> site.get("/metrics"));
      var most = Duration.ofMillis(300);
      var best = Duration.ofDays(1);
      for (int i = 0; i < 100 && best.compareTo(most) >= 0; i++) {
        var began = System.nanoTime();
        assertThat(site.get("/metrics")).contains("millhand_groups 1000\n");
        var took = Duration.ofNanos(System.nanoTime() - began);
        best = took.compareTo(best) < 0 ? took : best;
      }
      assertThat(best).isLessThan(most);
    }
  }

  @Test
  void a_million_pending_entries_cost_redis_no_call_of_10_ms(EmbeddedRedis redis) {
    redis.command("XGROUP", "CREATE", "big", "g", "0", "MKSTREAM");
    for (int i = 0; i < 10; i++) {
      redis.command("EVAL", MANY_PENDING, "0");
    }
    redis.command("XADD", "big", "*", "a", "b");
    redis.command("CONFIG", "SET", "slowlog-log-slower-than", "10000");
    redis.command("SLOWLOG", "RESET");
    try (var site = Site.of(redis.url(), Site.sets(1000))) {
      var big = "{stream=\"big\",group=\"g\"}";
      assertThat(site.value("millhand_group_pending_entries" + big)).contains("1000000");
      assertThat(site.value("millhand_group_oldest_pending_age_seconds" + big)).isPresent();
      assertThat(site.value("millhand_group_lag_entries" + big)).contains("1");
    }
    assertThat(RedisProbe.list(redis.command("SLOWLOG", "GET"))).isEmpty();
  }
}
