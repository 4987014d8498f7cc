// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.millhand.delivery.EntryId;
import io.millhand.error.UnavailableException;
import io.millhand.inspect.Lag;
import io.millhand.inspect.StreamDetails.ConsumerDetail;
import io.millhand.inspect.StreamDetails.ConsumerDetail.Kind;
import io.millhand.inspect.StreamDetails.GroupDetail;
import io.millhand.inspect.StreamDetails.StreamDetail;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@WithRedis
class StreamDetailsTest {

  private static List<StreamDetail> survey(EmbeddedRedis redis, String... keys) {
    try (var millhand = Millhand.connect(redis.url())) {
      return millhand.streamDetails().survey(List.of(keys), (stream, group) -> true).streams();
    }
  }

  private static GroupDetail group(EmbeddedRedis redis, String name) {
    return survey(redis, "orders").getFirst().groups().stream()
        .filter(group -> group.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static void add(EmbeddedRedis redis, int count, String value) {
    for (int i = 1; i <= count; i++) {
      redis.command("XADD", "orders", i + "-0", "a", value);
    }
  }

  @Test
  void many_streams_are_seen_in_one_survey_and_what_is_none_is_left_out(EmbeddedRedis redis) {
    for (int i = 0; i < 700; i++) {
      redis.command("XGROUP", "CREATE", "stream-" + i, "g", "0", "MKSTREAM");
    }
    redis.command("SET", "text", "x");
    var keys = new ArrayList<>(List.of("text", "gone"));
    for (int i = 0; i < 700; i++) {
      keys.add("stream-" + i);
    }

    var seen = survey(redis, keys.toArray(String[]::new));
    assertThat(seen).hasSize(700).extracting(StreamDetail::key).startsWith("stream-0", "stream-1");
    assertThat(seen).allSatisfy(stream -> assertThat(stream.groups()).hasSize(1));
  }

  @Test
  void consumers_are_told_apart_and_deferred_entries_counted(EmbeddedRedis redis) {
    add(redis, 3, "b");
    redis.command("XGROUP", "CREATE", "orders", "g", "0");
    redis.command("XREADGROUP", "GROUP", "g", "ours", "COUNT", "1", "STREAMS", "orders", ">");
    redis.command("XREADGROUP", "GROUP", "g", "theirs", "COUNT", "2", "STREAMS", "orders", ">");
    redis.command("XCLAIM", "orders", "g", "~deferred", "0", "3-0");
    redis.command("HSET", "{orders}:g:workers", "ours", "1");

    var group = group(redis, "g");
    assertThat(group.consumers())
        .extracting(ConsumerDetail::name, ConsumerDetail::kind, ConsumerDetail::pending)
        .containsExactly(
            tuple("ours", Kind.WORKER, 1L),
            tuple("theirs", Kind.FOREIGN, 1L),
            tuple("~deferred", Kind.DEFERRED, 1L));
    assertThat(group.pending()).isEqualTo(3);
    assertThat(group.deferred()).isEqualTo(1);
    assertThat(group.workers()).isEqualTo(1);
    assertThat(group.oldestPending()).contains(EntryId.parse("1-0"));
    assertThat(group.oldestUndelivered()).isEmpty();
    assertThat(group.lag()).isEqualTo(new Lag.Exactly(0));
  }

  @Test
  void a_lag_that_redis_does_not_know_is_counted_so_far_and_no_farther(EmbeddedRedis redis) {
    add(redis, 300, "b");
    redis.command("XGROUP", "CREATE", "orders", "near", "250-0");
    redis.command("XGROUP", "CREATE", "orders", "far", "50-0");
    redis.command("XDEL", "orders", "290-0");

    assertThat(group(redis, "near").lag()).isEqualTo(new Lag.Exactly(49));
    assertThat(group(redis, "far").lag()).isEqualTo(new Lag.AtLeast(100));
    assertThat(group(redis, "far").reportedLag()).isEmpty();
  }

  @Test
  void few_entries_are_counted_where_they_are_large(EmbeddedRedis redis) {
    add(redis, 20, "x".repeat(100_000));
    redis.command("XGROUP", "CREATE", "orders", "g", "5-0");
    redis.command("XDEL", "orders", "10-0");

    assertThat(group(redis, "g").lag()).isEqualTo(new Lag.AtLeast(2));
  }

  @Test
  void a_redis_that_is_away_is_told_and_used_again_when_it_is_back(EmbeddedRedis redis) {
    add(redis, 1, "b");
    try (var millhand = Millhand.connect(redis.url())) {
      millhand.streamDetails().check();
      redis.kill();
      assertThatThrownBy(() -> millhand.streamDetails().check())
          .isInstanceOf(UnavailableException.class);
      redis.restart();
      millhand.streamDetails().check();
    }
  }
}
