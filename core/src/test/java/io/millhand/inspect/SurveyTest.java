// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.millhand.Millhand;
import io.millhand.delivery.EntryId;
import io.millhand.error.UnavailableException;
import io.millhand.inspect.Snapshots.ConsumerSnapshot.Kind;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import io.millhand.inspect.Snapshots.Member;
import io.millhand.inspect.Snapshots.StreamSnapshot;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@WithRedis
class SurveyTest {

  private static Survey survey(EmbeddedRedis redis, String... keys) {
    try (var millhand = Millhand.connect(redis.url())) {
      return millhand.inspector().survey(List.of(keys), (stream, group) -> true);
    }
  }

  private static GroupSnapshot group(EmbeddedRedis redis, String name) {
    return survey(redis, "orders").groups().stream()
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
  void many_streams_are_seen_in_one_look_and_what_is_none_is_left_out(EmbeddedRedis redis) {
    for (int i = 0; i < 700; i++) {
      redis.command("XGROUP", "CREATE", "stream-" + i, "g", "0", "MKSTREAM");
    }
    redis.command("SET", "text", "x");
    var keys = new ArrayList<>(List.of("text", "gone"));
    for (int i = 0; i < 700; i++) {
      keys.add("stream-" + i);
    }

    var seen = survey(redis, keys.toArray(String[]::new));
    assertThat(seen.streams())
        .hasSize(700)
        .extracting(StreamSnapshot::key)
        .startsWith("stream-0", "stream-1");
    assertThat(seen.groups())
        .hasSize(700)
        .extracting(GroupSnapshot::stream)
        .startsWith("stream-0", "stream-1", "stream-10");
  }

  @Test
  void only_groups_that_are_wanted_are_looked_at(EmbeddedRedis redis) {
    redis.command("XGROUP", "CREATE", "orders", "billing", "0", "MKSTREAM");
    redis.command("XGROUP", "CREATE", "orders", "mail", "0");

    try (var millhand = Millhand.connect(redis.url())) {
      var seen =
          millhand
              .inspector()
              .survey(List.of("orders"), (stream, group) -> (stream + group).equals("ordersmail"));

      assertThat(seen.groups()).extracting(GroupSnapshot::name).containsExactly("mail");
      assertThat(seen.streams()).extracting(StreamSnapshot::groups).containsExactly(2);
    }
  }

  @Test
  void consumers_are_told_apart_and_deferred_entries_counted(EmbeddedRedis redis) {
    add(redis, 3, "b");
    redis.command("XGROUP", "CREATE", "orders", "g", "0");
    redis.command("XREADGROUP", "GROUP", "g", "ours", "COUNT", "1", "STREAMS", "orders", ">");
    redis.command("XREADGROUP", "GROUP", "g", "theirs", "COUNT", "2", "STREAMS", "orders", ">");
    redis.command("XCLAIM", "orders", "g", "~deferred", "0", "3-0");
    redis.command("HSET", "{orders}:g:workers:info", "ours", "boot=1\n");

    var group = group(redis, "g");
    assertThat(group.members())
        .extracting(Member::name, Member::kind, Member::pending)
        .containsExactly(
            tuple("ours", Kind.WORKER, 1L),
            tuple("theirs", Kind.FOREIGN, 1L),
            tuple("~deferred", Kind.DEFERRED, 1L));
    assertThat(group.members()).allSatisfy(member -> assertThat(member.idle()).isPresent());
    assertThat(group.pending()).isEqualTo(2);
    assertThat(group.deferred()).isEqualTo(1);
    assertThat(group.consumers()).isEqualTo(2);
    assertThat(group.workers()).isEqualTo(1);
    assertThat(group.lag()).isEqualTo(new Lag.Exactly(0));
  }

  @Test
  void what_live_workers_can_hold_is_told_and_what_nobody_holds_any_more(EmbeddedRedis redis) {
    add(redis, 6, "b");
    redis.command("XGROUP", "CREATE", "orders", "g", "0");
    redis.command("XREADGROUP", "GROUP", "g", "lives", "COUNT", "1", "STREAMS", "orders", ">");
    redis.command("XREADGROUP", "GROUP", "g", "killed", "COUNT", "2", "STREAMS", "orders", ">");
    redis.command("XREADGROUP", "GROUP", "g", "theirs", "COUNT", "3", "STREAMS", "orders", ">");
    var info = redis.command("INFO", "server").toString();
    var run = info.substring(info.indexOf("run_id:") + 7).substring(0, 40);
    var terms = "concurrency=8\ninflight=64\ntimeout=1000\nreclaim=60000\n";
    redis.command("HSET", "{orders}:g:workers:info", "lives", "boot=1\n" + terms);
    redis.command(
        "HSET",
        "{orders}:g:workers:info",
        "killed",
        "boot=2\nrun=%s\nclient=999999\n".formatted(run) + terms);

    assertThat(group(redis, "g").crew().gone()).isEqualTo(1);
    assertThat(group(redis, "g").hands()).isEqualTo(new Snapshots.Hands(8, 2));
  }

  @Test
  void ids_that_are_no_times_have_no_age(EmbeddedRedis redis) {
    add(redis, 2, "b");
    redis.command("XGROUP", "CREATE", "orders", "g", "0");
    redis.command("XREADGROUP", "GROUP", "g", "theirs", "COUNT", "1", "STREAMS", "orders", ">");

    var group = group(redis, "g");
    assertThat(group.oldestPending())
        .contains(new Snapshots.Pin(EntryId.parse("1-0"), Optional.empty()));
    assertThat(group.oldestUndelivered()).isEmpty();
    assertThat(group.lag()).isEqualTo(new Lag.Exactly(1));
  }

  @Test
  void what_was_never_delivered_is_as_old_as_its_first_entry(EmbeddedRedis redis) {
    redis.command("XADD", "orders", "*", "a", "b");
    redis.command("XGROUP", "CREATE", "orders", "g", "0");

    assertThat(group(redis, "g").oldestUndelivered().orElseThrow())
        .isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void a_lag_that_redis_does_not_know_is_counted_so_far_and_no_farther(EmbeddedRedis redis) {
    add(redis, 1200, "b".repeat(5_000));
    redis.command("XGROUP", "CREATE", "orders", "near", "1000-0");
    redis.command("XGROUP", "CREATE", "orders", "far", "50-0");
    redis.command("XDEL", "orders", "1100-0");

    assertThat(group(redis, "near").lag()).isEqualTo(new Lag.Exactly(199));
    // Two groups share what is read at most.
    assertThat(group(redis, "far").lag()).isEqualTo(new Lag.AtLeast(209));
    assertThat(group(redis, "far").progress().reportedLag()).isEmpty();
  }

  @Test
  void a_group_that_was_given_nothing_lacks_all_there_is_however_much_was_deleted(
      EmbeddedRedis redis) {
    add(redis, 20, "b");
    redis.command("XGROUP", "CREATE", "orders", "g", "0");
    redis.command("XDEL", "orders", "10-0");

    assertThat(group(redis, "g").lag()).isEqualTo(new Lag.Exactly(19));
  }

  @Test
  void a_redis_that_is_away_is_told_and_used_again_when_it_is_back(EmbeddedRedis redis) {
    add(redis, 1, "b");
    try (var millhand = Millhand.connect(redis.url())) {
      millhand.inspector().serverTime();
      redis.kill();
      assertThatThrownBy(() -> millhand.inspector().serverTime())
          .isInstanceOf(UnavailableException.class);
      redis.restart();
      millhand.inspector().serverTime();
    }
  }
}
