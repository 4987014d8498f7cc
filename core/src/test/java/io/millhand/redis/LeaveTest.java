// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.redis.WorkerCommands.Left;
import java.util.List;
import org.junit.jupiter.api.Test;

/** leave.lua */
class LeaveTest extends OnEachServer {

  @Test
  void a_worker_with_nothing_pending_leaves_without_a_trace() {
    var worker = worker("w1");
    add();
    worker.settle(new Settlement.Ack(worker.take()));

    assertThat(worker.work().leave()).isEqualTo(Left.LEFT);
    assertThat(rawList("XINFO", "CONSUMERS", KEYS.stream(), KEYS.group())).isEmpty();
    assertThat(raw("HEXISTS", KEYS.info(), "w1")).isEqualTo(0L);
    assertThat(raw("EXISTS", KEYS.workers())).isEqualTo(0L);
  }

  @Test
  void a_worker_that_was_never_given_an_entry_leaves_too() {
    assertThat(worker("w1").work().leave()).isEqualTo(Left.LEFT);
  }

  @Test
  void a_worker_that_leaves_entries_behind_stays_registered_so_that_the_keeper_hands_them_on() {
    var worker = worker("w1");
    add();
    var id = worker.take();

    assertThat(worker.work().leave()).isEqualTo(Left.PENDING);
    assertThat(ownerOf(id)).isEqualTo("w1");
    assertThat(info("w1")).isEqualTo(worker.registration().text());
  }

  @Test
  void a_keeper_that_leaves_gives_its_ticket_back_also_when_entries_are_left() {
    var worker = worker("w1");
    worker.work().beat(ofSeconds(100));
    add();
    worker.take();

    worker.work().leave();

    assertThat(raw("EXISTS", KEYS.keeper())).isEqualTo(0L);
  }

  @Test
  void a_worker_that_leaves_does_not_take_the_keepers_ticket_with_it() {
    var keeper = worker("w1");
    keeper.work().beat(ofSeconds(100));

    worker("w2").work().leave();

    assertThat(raw("GET", KEYS.keeper())).isEqualTo("w1\nw1-boot");
  }

  @Test
  void a_run_whose_name_another_run_took_cannot_end_that_ones_registration() {
    var old = unregistered("pod-0", "boot-1");
    old.register();
    raw("DEL", KEYS.info());
    var fresh = unregistered("pod-0", "boot-2");
    fresh.register();

    assertThat(old.work().leave()).isEqualTo(Left.FENCED);
    assertThat(info("pod-0")).isEqualTo(fresh.registration().text());
  }

  @Test
  void leaving_twice_since_the_reply_was_lost_does_no_harm() {
    var worker = worker("w1");
    worker.work().leave();

    assertThat(worker.work().leave()).isEqualTo(Left.FENCED);
    assertThat(raw("EXISTS", KEYS.workers())).isEqualTo(0L);
  }

  @Test
  void a_worker_leaves_a_group_that_is_gone() {
    var worker = worker("w1");
    raw("XGROUP", "DESTROY", KEYS.stream(), KEYS.group());

    assertThat(worker.work().leave()).isEqualTo(Left.LEFT);
    assertThat(raw("HEXISTS", KEYS.info(), "w1")).isEqualTo(0L);
  }

  @Test
  void a_worker_leaves_a_stream_that_is_gone() {
    var worker = worker("w1");
    raw("DEL", KEYS.stream());

    assertThat(worker.work().leave()).isEqualTo(Left.LEFT);
    assertThat(raw("HEXISTS", KEYS.info(), "w1")).isEqualTo(0L);
  }

  @Test
  void leaving_never_touches_what_is_deferred() {
    var worker = worker("w1");
    add();
    var id = worker.take();
    worker.settle(
        new Settlement.Defer(id, 1, ofSeconds(60), 1, java.time.Duration.ZERO, 1, 0, "not yet"));

    assertThat(worker.work().leave()).isEqualTo(Left.LEFT);
    assertThat(pendingOf(Keys.DEFERRED_CONSUMER)).isEqualTo(List.of(id));
    assertThat(dueTime(id)).isNotNull();
  }
}
