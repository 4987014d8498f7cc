// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.config.GroupStart;
import io.millhand.delivery.GroupPause;
import io.millhand.redis.OperateCommands.Despite;
import io.millhand.redis.OperateCommands.Letters;
import io.millhand.redis.OperateCommands.Paused;
import io.millhand.redis.ReadCommands.Seen;
import io.millhand.redis.WorkerCommands.Registered;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** pause.lua, resume.lua, and what heartbeats tell of them. */
class PauseTest extends OnEachServer {

  private GroupPause pause(String who, String why) {
    return ((Paused.Done) operate().pause(KEYS, who, why)).pause();
  }

  private Optional<GroupPause> beaten(TestWorker worker) {
    return worker.work().beat(ofSeconds(2)).paused();
  }

  @Test
  void a_heartbeat_tells_that_the_group_is_paused_and_that_it_is_no_more() {
    var worker = worker("w1");
    assertThat(beaten(worker)).isEmpty();

    var pause = pause("ann@host", "the bank is down");
    assertThat(pause.who()).isEqualTo("ann@host");
    assertThat(pause.why()).isEqualTo("the bank is down");
    assertThat(pause.since().toEpochMilli()).isBetween(serverMillis() - 10_000, serverMillis());
    assertThat(beaten(worker)).contains(pause);

    assertThat(operate().resume(KEYS)).isEqualTo(new Paused.Done(pause));
    assertThat(beaten(worker)).isEmpty();
  }

  @Test
  void a_worker_that_registers_learns_it_at_once() {
    var pause = pause("ann", "");

    assertThat(unregistered("w1", "boot").register())
        .isEqualTo(new Registered.Ok(0, Optional.of(pause)));
  }

  @Test
  void the_first_reason_stays() {
    var first = pause("ann", "first");

    assertThat(operate().pause(KEYS, "bob", "second")).isEqualTo(new Paused.Already(first));
    assertThat(beaten(worker("w1"))).contains(first);
  }

  @Test
  void what_is_not_paused_is_resumed_without_harm() {
    assertThat(operate().resume(KEYS)).isEqualTo(new Paused.Running());
  }

  @Test
  void a_group_or_a_stream_that_is_not_there_is_not_paused() {
    assertThat(operate().pause(Keys.of("orders", "none"), "ann", ""))
        .isInstanceOf(Paused.None.class);
    assertThat(operate().resume(Keys.of("orders", "none"))).isInstanceOf(Paused.None.class);
    assertThat(operate().pause(Keys.of("none", "g"), "ann", "")).isInstanceOf(Paused.None.class);
    assertThat(raw("EXISTS", "{orders}:none:workers:info")).isEqualTo(0L);
  }

  @Test
  void a_pause_outlives_its_workers_and_the_group_itself() {
    var worker = worker("w1");
    var pause = pause("ann", "");
    worker.work().leave();
    raw("XGROUP", "DESTROY", KEYS.stream(), KEYS.group());
    var next = worker("w2");
    next.read().group(GroupStart.beginning(), Seen.BEFORE, Optional.empty());

    assertThat(beaten(next)).contains(pause);
  }

  @Test
  void a_group_that_an_operator_destroys_takes_its_pause_along() {
    pause("ann", "");
    operate().disband(KEYS, Despite.NOTHING, Letters.KEEP);
    raw("XGROUP", "CREATE", KEYS.stream(), KEYS.group(), "0");

    assertThat(beaten(worker("w1"))).isEmpty();
  }

  @Test
  void what_is_stored_is_one_line_each_and_safe_to_print() {
    var pause = pause("ann\nsince=1", "\u001b[2J\n\u202eevil\nwho=root" + "x".repeat(2_000));

    assertThat(pause.who()).isEqualTo("ann since=1");
    assertThat(pause.why()).startsWith("?[2J ?evil who=root").hasSize(500);
    assertThat(pause.since()).isAfter(Instant.ofEpochMilli(1_000_000));
  }

  @Test
  void what_somebody_else_wrote_there_is_a_pause_too() {
    raw("HSET", KEYS.info(), "~paused", "since=soon");

    assertThat(beaten(worker("w1"))).contains(new GroupPause("?", Instant.EPOCH, ""));
  }

  @Test
  void a_pause_is_no_worker() {
    pause("ann", "");
    var worker = worker("w1");

    assertThat(worker.keep().workers()).hasSize(1);
    assertThat(inspect().workers(KEYS)).containsOnlyKeys("w1");
  }

  @Test
  void it_works_at_maxmemory() {
    fillMemory();
    pause("ann", "");
    assertThat(operate().resume(KEYS)).isInstanceOf(Paused.Done.class);
  }
}
