// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RedisExtensionTest {

  /** What a careless test does to its server. */
  enum Abuse {
    DATA,
    CONFIG,
    ACL,
    SCRIPT,
    CLIENT_PAUSE,
    BUSY,
    PAUSE,
    KILL,
    CLOSE;

    void commit(EmbeddedRedis redis) {
      switch (this) {
        case DATA -> redis.command("SET", "left", "over");
        case CONFIG -> redis.command("CONFIG", "SET", "maxmemory", "2mb");
        case ACL -> redis.command("ACL", "SETUSER", "default", "-xadd");
        case SCRIPT -> redis.command("SCRIPT", "LOAD", "return 1");
        case CLIENT_PAUSE -> redis.command("CLIENT", "PAUSE", "60000", "ALL");
        case BUSY -> {
          try (var probe = redis.probe()) {
            probe.command("CONFIG", "SET", "lua-time-limit", "1");
            probe.send("EVAL", "while true do end", "0");
            probe.flush();
          }
        }
        case PAUSE -> redis.pause();
        case KILL -> redis.kill();
        case CLOSE -> redis.close();
      }
    }
  }

  @Nested
  @WithRedis(isolated = true)
  class Abused {

    @ParameterizedTest
    @EnumSource(Abuse.class)
    void what_a_test_does_to_the_server_does_not_reach_the_next(Abuse abuse, EmbeddedRedis redis) {
      assertThat(redis.command("DBSIZE")).isEqualTo(0L);
      redis.command("XADD", "s", "*", "a", "b");
      assertThat(RedisProbe.list(redis.command("CONFIG", "GET", "maxmemory"))).contains("0");
      assertThat(
              RedisProbe.list(
                  redis.command("SCRIPT", "EXISTS", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db")))
          .containsExactly(0L);
      abuse.commit(redis);
    }

    @Test
    void the_server_is_as_new(EmbeddedRedis redis) {
      assertThat(redis.command("DBSIZE")).isEqualTo(0L);
    }
  }

  @Nested
  @WithRedis
  class SharedToo {

    private final EmbeddedRedis injected;

    SharedToo(EmbeddedRedis injected) {
      this.injected = injected;
    }

    @RepeatedTest(2)
    void classes_without_settings_share_one_server(EmbeddedRedis redis) {
      assertThat(injected).isSameAs(redis);
      assertThat(SharedServer.first(redis)).isSameAs(redis);
    }

    @Nested
    class Inner {
      @Test
      void nested_classes_have_the_server_of_their_outer_class(EmbeddedRedis redis) {
        assertThat(SharedServer.first(redis)).isSameAs(redis);
      }
    }
  }

  @Nested
  @WithRedis
  class SharedThree {
    @Test
    void classes_without_settings_share_one_server(EmbeddedRedis redis) {
      assertThat(SharedServer.first(redis)).isSameAs(redis);
    }
  }

  /** The first server that was seen. */
  private static final class SharedServer {
    private static EmbeddedRedis seen;

    static synchronized EmbeddedRedis first(EmbeddedRedis redis) {
      if (seen == null) {
        seen = redis;
      }
      return seen;
    }
  }

  @Nested
  @WithRedis(persistent = true)
  class Persistent {

    @Test
    void data_survive_kill_and_restart(EmbeddedRedis redis) {
      redis.command("SET", "a", "1");
      redis.kill();
      redis.restart();
      assertThat(redis.command("GET", "a")).isEqualTo("1");
    }

    @RepeatedTest(2)
    void each_test_starts_empty_all_the_same(EmbeddedRedis redis) {
      assertThat(redis.command("EXISTS", "a")).isEqualTo(0L);
      redis.command("SET", "a", "1");
    }
  }

  private static EmbeddedRedis own;

  @Nested
  @WithRedis(config = {"maxmemory 50mb", "maxmemory-policy noeviction"})
  class Configured {

    @BeforeAll
    static void a_set_up_method_may_ask_for_it(EmbeddedRedis redis) {
      own = redis;
    }

    @Test
    void the_configuration_is_set(EmbeddedRedis redis) {
      assertThat(redis).isSameAs(own);
      assertThat(RedisProbe.list(redis.command("CONFIG", "GET", "maxmemory"))).contains("52428800");
    }
  }

  @AfterAll
  static void a_server_of_its_own_ends_with_its_class() {
    assertThat(own.isClosed()).isTrue();
  }
}
