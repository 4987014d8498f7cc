// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.config.GroupStart;
import io.millhand.redis.ReadCommands.Seen;
import io.millhand.redis.WorkerCommands.Beat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** beat.lua */
class BeatTest extends OnEachServer {

  @Test
  void a_heartbeat_raises_the_workers_own_counter() {
    var one = worker("w1");
    worker("w2");

    one.work().beat(ofSeconds(2));

    assertThat(raw("HGET", KEYS.workers(), "w1")).isEqualTo("2");
    assertThat(raw("HGET", KEYS.workers(), "w2")).isEqualTo("1");
  }

  @Test
  void a_heartbeat_tells_how_many_workers_there_are_and_one_of_them_is_the_keeper() {
    var one = worker("w1");
    var two = worker("w2");

    assertThat(one.work().beat(ofSeconds(2)))
        .returns(true, Beat::registered)
        .returns(2, Beat::workers)
        .returns(true, Beat::keeps);
    assertThat(two.work().beat(ofSeconds(2)))
        .returns(true, Beat::registered)
        .returns(2, Beat::workers)
        .returns(false, Beat::keeps);
    assertThat(one.work().beat(ofSeconds(2)).keeps()).isTrue();
  }

  @Test
  void a_keeper_holds_its_ticket_as_long_as_it_beats() {
    var one = worker("w1");
    one.work().beat(ofMillis(1));
    one.work().beat(ofSeconds(100));

    assertThat((Long) raw("PTTL", KEYS.keeper())).isBetween(90_000L, 100_000L);
  }

  @Test
  void the_next_worker_is_the_keeper_when_the_ticket_has_run_out() {
    var one = worker("w1");
    var two = worker("w2");
    one.work().beat(ofMillis(30));

    await()
        .pollInterval(ofMillis(5))
        .atMost(ofSeconds(5))
        .until(() -> two.work().beat(ofSeconds(100)).keeps());
    assertThat(one.work().beat(ofSeconds(100)).keeps()).isFalse();
  }

  @Test
  void a_worker_that_is_not_registered_is_told_so_and_leaves_no_trace() {
    var worker = unregistered("w1", "boot-1");

    assertThat(worker.work().beat(ofSeconds(2)))
        .returns(false, Beat::registered)
        .returns(false, Beat::keeps);
    assertThat(raw("EXISTS", KEYS.workers(), KEYS.keeper())).isEqualTo(0L);
  }

  @Test
  void a_run_whose_name_another_run_took_is_told_so_and_does_not_beat_for_it() {
    var old = unregistered("pod-0", "boot-1");
    old.register();
    raw("DEL", KEYS.info());
    unregistered("pod-0", "boot-2").register();
    var counter = raw("HGET", KEYS.workers(), "pod-0");

    assertThat(old.work().beat(ofSeconds(2)).registered()).isFalse();
    assertThat(raw("HGET", KEYS.workers(), "pod-0")).isEqualTo(counter);
    assertThat(raw("EXISTS", KEYS.keeper())).isEqualTo(0L);
  }

  @Test
  void the_ticket_of_an_earlier_run_under_the_same_name_is_not_the_new_runs() {
    var old = unregistered("pod-0", "boot-1");
    old.register();
    old.work().beat(ofSeconds(100));
    raw("HDEL", KEYS.info(), "pod-0");
    var fresh = unregistered("pod-0", "boot-2");
    fresh.register();

    assertThat(fresh.work().beat(ofSeconds(100)).keeps()).isFalse();
  }

  @Test
  void a_heartbeat_tells_when_the_group_was_made() {
    var worker = worker("w1");
    assertThat(worker.work().beat(ofSeconds(2)).epoch()).isZero();
    raw("XGROUP", "DESTROY", KEYS.stream(), KEYS.group());
    var before = serverMillis();
    worker.read().group(GroupStart.beginning(), Seen.BEFORE, Optional.empty());
    var after = serverMillis();

    assertThat(worker.work().beat(ofSeconds(2)).epoch()).isBetween(before, after);
  }
}
