// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.config.GroupStart;
import io.millhand.redis.ReadCommands.Seen;
import io.millhand.redis.WorkerCommands.Registered;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** register.lua */
class RegisterTest extends OnEachServer {

  @Test
  void a_worker_registers_with_what_it_tells_of_itself_and_a_first_heartbeat() {
    var worker = unregistered("w1", "boot-1");

    assertThat(worker.register()).isInstanceOf(Registered.Ok.class);
    assertThat(info("w1")).isEqualTo(worker.registration().text()).startsWith("boot=boot-1\n");
    assertThat(raw("HGET", KEYS.workers(), "w1")).isEqualTo("1");
  }

  @Test
  void a_worker_may_register_again_when_the_reply_was_lost() {
    var worker = worker("w1");

    assertThat(worker.register()).isInstanceOf(Registered.Ok.class);
    assertThat(worker.seenBy(worker).text()).isEqualTo(worker.registration().text());
    assertThat(raw("HLEN", KEYS.workers())).isEqualTo(1L);
  }

  @Test
  void a_name_that_another_run_holds_is_taken_and_that_run_is_shown_byte_for_byte() {
    var first = unregistered("pod-0", "boot-1");
    first.register();
    var second = unregistered("pod-0", "boot-2");

    var result = second.register();

    assertThat(result)
        .isEqualTo(
            new Registered.Taken(
                new WorkerCommands.Peer("pod-0", "1", first.registration().text())));
    assertThat(info("pod-0")).isEqualTo(first.registration().text());
    assertThat(raw("HGET", KEYS.workers(), "pod-0")).isEqualTo("1");
  }

  @Test
  void a_boot_id_that_only_begins_like_the_holders_is_another_run() {
    unregistered("pod-0", "boot-12").register();

    assertThat(unregistered("pod-0", "boot-1").register()).isInstanceOf(Registered.Taken.class);
  }

  @Test
  void a_name_whose_heartbeats_were_lost_is_taken_all_the_same() {
    var first = unregistered("pod-0", "boot-1");
    first.register();
    raw("DEL", KEYS.workers());

    assertThat(unregistered("pod-0", "boot-2").register())
        .isEqualTo(
            new Registered.Taken(
                new WorkerCommands.Peer("pod-0", "", first.registration().text())));
  }

  @Test
  void a_worker_whose_registration_was_lost_registers_again() {
    var worker = worker("w1");
    raw("DEL", KEYS.workers(), KEYS.info());

    assertThat(worker.work().beat(java.time.Duration.ofSeconds(1)).registered()).isFalse();
    assertThat(worker.register()).isInstanceOf(Registered.Ok.class);
  }

  @Test
  void a_registration_tells_when_the_group_was_made() {
    raw("XGROUP", "DESTROY", KEYS.stream(), KEYS.group());
    var worker = unregistered("w1", "boot-1");
    assertThat(worker.register()).isEqualTo(new Registered.Ok(0, java.util.Optional.empty()));
    var before = serverMillis();
    worker.read().group(GroupStart.beginning(), Seen.NEVER, Optional.empty());
    var after = serverMillis();

    var again = (Registered.Ok) worker.register();

    assertThat(again.epoch()).isBetween(before, after);
  }

  @ParameterizedTest
  @CsvSource({
    "orders,   processing, {orders}, processing",
    "{orders}, processing, orders,   processing",
    "{a}:b,    c,          {a},      b:c",
    "x}y,      g,          {x}y},    g",
  })
  void the_second_of_two_groups_that_would_share_their_keys_is_refused(
      String stream, String group, String otherStream, String otherGroup) {
    var firstKeys = Keys.of(stream, group);
    var secondKeys = Keys.of(otherStream, otherGroup);
    assertThat(secondKeys.info()).isEqualTo(firstKeys.info());
    var first = track(new TestWorker(streams, firstKeys, "w1", "boot-1"));
    var second = track(new TestWorker(streams, secondKeys, "w2", "boot-2"));

    assertThat(first.register()).isInstanceOf(Registered.Ok.class);
    assertThat(second.register()).isEqualTo(new Registered.Clash(stream + "/" + group));
    assertThat(raw("HEXISTS", firstKeys.info(), "w2")).isEqualTo(0L);
    assertThat(first.register()).isInstanceOf(Registered.Ok.class);
  }

  @ParameterizedTest
  @CsvSource({
    "orders,   processing, orders,   billing",
    "orders,   processing, payments, processing",
    "{orders}, processing, {orders}:late, processing",
  })
  void groups_whose_keys_differ_do_not_get_in_each_others_way(
      String stream, String group, String otherStream, String otherGroup) {
    var first = track(new TestWorker(streams, Keys.of(stream, group), "w1", "boot-1"));
    var second = track(new TestWorker(streams, Keys.of(otherStream, otherGroup), "w1", "boot-2"));

    assertThat(first.register()).isInstanceOf(Registered.Ok.class);
    assertThat(second.register()).isInstanceOf(Registered.Ok.class);
  }
}
