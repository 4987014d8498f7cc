// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClockShimTest {

  private ClockShim clock;
  private EmbeddedRedis redis;

  @BeforeEach
  void server() {
    var compiled = ClockShim.compile();
    assumeTrue(compiled.isPresent(), ClockShim.none());
    clock = compiled.get();
    redis = EmbeddedRedis.builder().clock(clock).start();
  }

  @AfterEach
  void end() {
    if (redis != null) {
      redis.close();
      clock.close();
    }
  }

  @Test
  void a_running_server_jumps_forth_and_back_with_its_clock() {
    assertThat(ahead()).isCloseTo(Duration.ZERO, Duration.ofSeconds(5));
    clock.jump(Duration.ofHours(1));
    assertThat(ahead()).isCloseTo(Duration.ofHours(1), Duration.ofSeconds(5));
    clock.jump(Duration.ofMillis(-7_200_123));
    assertThat(ahead()).isCloseTo(Duration.ofHours(-1), Duration.ofSeconds(5));
    assertThat(clock.offset()).isEqualTo(Duration.ofMillis(-3_600_123));
  }

  @Test
  void the_idle_time_of_a_pending_entry_and_of_its_consumer_follow_the_clock() {
    redis.command("XGROUP", "CREATE", "orders", "workers", "0", "MKSTREAM");
    redis.command("XADD", "orders", "*", "id", "7");
    redis.command("XREADGROUP", "GROUP", "workers", "ann", "STREAMS", "orders", ">");
    assertThat(idle()).isLessThan(60_000);

    clock.jump(Duration.ofMinutes(10));

    assertThat(idle()).isBetween(600_000L, 660_000L);
    assertThat(redis.command("XINFO", "CONSUMERS", "orders", "workers"))
        .asString()
        .containsPattern("idle, 6\\d{5}");
  }

  @Test
  void a_server_that_starts_again_finds_the_clock_where_it_is() {
    clock.jump(Duration.ofDays(-1));
    redis.restart();
    assertThat(ahead()).isCloseTo(Duration.ofDays(-1), Duration.ofSeconds(5));
  }

  private long idle() {
    var all = redis.command("XPENDING", "orders", "workers", "-", "+", "10");
    return (Long) RedisProbe.list(RedisProbe.list(all).getFirst()).get(2);
  }

  private Duration ahead() {
    var time = RedisProbe.list(redis.command("TIME"));
    var seconds = Long.parseLong(String.valueOf(time.getFirst()));
    var micros = Long.parseLong(String.valueOf(time.get(1)));
    return Duration.ofMillis(seconds * 1000 + micros / 1000 - System.currentTimeMillis());
  }
}
