// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static io.millhand.redis.Keys.DEFERRED_CONSUMER;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.redis.WorkerCommands.Registered;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** bury.lua */
class BuryTest extends OnEachServer {

  private TestWorker keeper;
  private TestWorker dead;

  @BeforeEach
  void startWorkers() {
    keeper = worker("keeper");
    dead = worker("dead");
  }

  @Test
  void a_dead_worker_with_nothing_pending_is_removed_with_its_consumer() {
    add();
    dead.settle(new Settlement.Ack(dead.take()));

    assertThat(keeper.keep().bury(dead.seenBy(keeper))).isTrue();

    assertThat(rawList("XINFO", "CONSUMERS", KEYS.stream(), KEYS.group())).isEmpty();
    assertThat(raw("HEXISTS", KEYS.info(), "dead")).isEqualTo(0L);
    assertThat(raw("HEXISTS", KEYS.workers(), "dead")).isEqualTo(0L);
    assertThat(info("keeper")).isNotNull();
  }

  @Test
  void a_dead_worker_that_never_was_a_consumer_is_removed_too() {
    assertThat(keeper.keep().bury(dead.seenBy(keeper))).isTrue();
    assertThat(raw("HEXISTS", KEYS.info(), "dead")).isEqualTo(0L);
  }

  @Test
  void nobody_is_buried_while_an_entry_is_pending_under_the_name() {
    add();
    var id = dead.take();

    assertThat(keeper.keep().bury(dead.seenBy(keeper))).isFalse();

    assertThat(ownerOf(id)).isEqualTo("dead");
    assertThat(info("dead")).isEqualTo(dead.registration().text());
  }

  @Test
  void nobody_is_buried_while_even_a_trimmed_entry_is_pending_under_the_name() {
    add();
    var id = dead.take();
    trimAway(id);

    assertThat(keeper.keep().bury(dead.seenBy(keeper))).isFalse();
    assertThat(pendingOf("dead")).containsExactly(id);
  }

  @Test
  void a_worker_that_has_beaten_since_it_was_judged_is_not_buried() {
    var judged = dead.seenBy(keeper);
    dead.work().beat(ofSeconds(2));

    assertThat(keeper.keep().bury(judged)).isFalse();
    assertThat(info("dead")).isNotNull();
  }

  @Test
  void another_run_under_the_name_is_not_buried_in_its_place() {
    var judged = dead.seenBy(keeper);
    raw("HDEL", KEYS.info(), "dead");
    raw("HDEL", KEYS.workers(), "dead");
    var fresh = unregistered("dead", "boot-2");
    fresh.register();

    assertThat(keeper.keep().bury(judged)).isFalse();
    assertThat(info("dead")).isEqualTo(fresh.registration().text());
  }

  @Test
  void a_worker_that_is_not_registered_itself_buries_nobody() {
    var judged = dead.seenBy(keeper);
    raw("HDEL", KEYS.info(), "keeper");

    assertThat(keeper.keep().bury(judged)).isFalse();
    assertThat(info("dead")).isNotNull();
  }

  @Test
  void burying_twice_since_the_reply_was_lost_does_no_harm() {
    var judged = dead.seenBy(keeper);
    keeper.keep().bury(judged);

    assertThat(keeper.keep().bury(judged)).isFalse();
    assertThat(info("keeper")).isNotNull();
  }

  @Test
  void what_is_deferred_outlives_the_worker_that_deferred_it() {
    add();
    var id = dead.take();
    dead.settle(new Settlement.Defer(id, 1, ofSeconds(60), 1, ZERO, 1, 0, "not yet"));

    assertThat(keeper.keep().bury(dead.seenBy(keeper))).isTrue();
    assertThat(pendingOf(DEFERRED_CONSUMER)).isEqualTo(List.of(id));
  }

  @Test
  void a_dead_worker_whose_heartbeats_were_lost_can_be_buried_too() {
    raw("HDEL", KEYS.workers(), "dead");

    assertThat(keeper.keep().bury(dead.seenBy(keeper))).isTrue();
    assertThat(raw("HEXISTS", KEYS.info(), "dead")).isEqualTo(0L);
  }

  @Test
  void the_next_run_under_a_name_buries_the_one_before_it_and_nobody_else() {
    var other = dead.seenBy(keeper);
    var old = unregistered("pod-0", "boot-1");
    old.register();
    var seen = old.seenBy(keeper);
    var next = unregistered("pod-0", "boot-2");
    assertThat(next.register()).isInstanceOf(Registered.Taken.class);

    assertThat(next.keep().bury(other)).isFalse();
    assertThat(next.keep().bury(seen)).isTrue();
    assertThat(next.register()).isInstanceOf(Registered.Ok.class);
    assertThat(info("dead")).isNotNull();
  }
}
