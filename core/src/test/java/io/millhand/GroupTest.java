// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.config.GroupStart;
import io.millhand.delivery.EntryId;
import io.millhand.error.DeniedException;
import io.millhand.error.RefusedException;
import io.millhand.error.SettingsException;
import io.millhand.error.UnavailableException;
import io.millhand.event.Event;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@WithRedis(isolated = true)
class GroupTest {

  private Bench bench;
  private final ConcurrentLinkedQueue<String> handled = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void open(EmbeddedRedis redis) {
    bench = new Bench(redis);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Worker start() {
    return bench.worker().onEach(delivery -> handled.add(delivery.text("order_id"))).start();
  }

  @Test
  void a_new_group_begins_where_it_is_told_to() {
    bench.send("old");
    var id = bench.send("known");
    bench.send("later");
    bench
        .worker()
        .startAt(GroupStart.after(id))
        .onEach(delivery -> handled.add(delivery.text("order_id")))
        .start();
    Bench.await().until(() -> handled.contains("later"));
    assertThat(handled).containsExactly("later");
  }

  @Test
  void a_group_that_begins_now_sees_only_what_is_added_later() {
    bench.send("old");
    bench
        .worker()
        .startAt(GroupStart.now())
        .onEach(delivery -> handled.add(delivery.text("order_id")))
        .start();
    bench.send("new");
    Bench.await().until(() -> handled.contains("new"));
    assertThat(handled).containsExactly("new");
  }

  @Test
  void a_group_that_is_deleted_is_made_anew_and_nothing_unfinished_is_skipped() throws Exception {
    var finish = new CountDownLatch(1);
    bench
        .worker()
        .concurrency(1)
        .onEach(
            delivery -> {
              finish.await();
              handled.add(delivery.text("order_id"));
            })
        .start();
    for (int i = 0; i < 20; i++) {
      bench.send("" + i);
    }
    bench.events.await(Event.Started.class);
    bench.redis.command("XGROUP", "DESTROY", Bench.STREAM, Bench.GROUP);
    bench.send("after");
    finish.countDown();

    bench.events.await(Event.GroupRecreated.class);
    var wanted = new ArrayList<String>();
    for (int i = 0; i < 20; i++) {
      wanted.add("" + i);
    }
    wanted.add("after");
    Bench.await().until(() -> handled.containsAll(wanted));
    Bench.await().until(() -> bench.pending().isEmpty());
  }

  @Test
  void a_stream_that_is_deleted_is_made_anew_and_new_entries_flow() {
    start();
    bench.send("1");
    bench.events.await(Event.Acked.class);
    bench.redis.command("FLUSHALL");
    bench.send("2");

    Bench.await().until(() -> handled.contains("2"));
    assertThat(bench.events.await(Event.GroupRecreated.class).start()).isEqualTo(EntryId.ZERO);
    Bench.await().until(() -> bench.pending().isEmpty());
  }

  @Test
  void an_outage_is_told_once_when_it_starts_and_once_when_it_ends() {
    start();
    bench.send("1");
    bench.events.await(Event.Acked.class);
    bench.redis.kill();
    bench.events.await(Event.OutageStarted.class);
    bench.redis.restart();
    bench.events.await(Event.OutageEnded.class);
    bench.millhand.producer(Bench.STREAM).send(java.util.Map.of("order_id", "2"));

    Bench.await().until(() -> handled.contains("2"));
    assertThat(bench.events.all(Event.OutageStarted.class)).hasSize(1);
    assertThat(bench.events.all(Event.OutageEnded.class)).hasSize(1);
  }

  @Test
  void a_key_of_another_type_is_refused_at_start() {
    bench.redis.command("SET", Bench.STREAM, "x");
    assertThatThrownBy(this::start)
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("WRONGTYPE");
  }

  @Test
  void a_missing_permission_is_told_at_start_by_its_command() {
    bench.redis.command(
        "ACL", "SETUSER", "app", "on", ">secret", "~*", "+@all", "-xreadgroup", "-evalsha");
    try (var other =
        Millhand.connect("redis://app:secret@127.0.0.1:%d".formatted(bench.redis.port()))) {
      assertThatThrownBy(
              () -> other.worker(Bench.STREAM, Bench.GROUP).onEach(delivery -> {}).start())
          .isInstanceOf(DeniedException.class)
          .hasMessageContaining("evalsha")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void a_wrong_password_and_a_server_that_is_not_there_are_told_apart() {
    bench.redis.command("ACL", "SETUSER", "app", "on", ">secret", "~*", "+@all");
    assertThatThrownBy(
            () -> Millhand.connect("redis://app:wrong@127.0.0.1:%d".formatted(bench.redis.port())))
        .isInstanceOf(DeniedException.class)
        .hasMessageNotContaining("wrong@");
    assertThatThrownBy(() -> Millhand.connect("redis://127.0.0.1:1"))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("127.0.0.1:1");
  }

  @Test
  void all_problems_of_settings_are_told_at_once() {
    assertThatThrownBy(
            () ->
                bench
                    .millhand
                    .worker("", "g")
                    .concurrency(0)
                    .lease(Duration.ofSeconds(1))
                    .consumer("~deferred")
                    .start())
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("stream")
        .hasMessageContaining("concurrency")
        .hasMessageContaining("4 x heartbeatEvery")
        .hasMessageContaining("reserved")
        .hasMessageContaining("onEach");
  }
}
