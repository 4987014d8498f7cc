// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.Outcome;
import io.millhand.event.Event;
import io.millhand.event.Event.State;
import io.millhand.inspect.Actions.Paused;
import io.millhand.inspect.Operator;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A group that is paused for all its workers; and a worker that is paused by itself. */
@WithRedis
class GroupPauseTest {

  private Bench bench;
  private Operator operator;

  @BeforeEach
  void open(EmbeddedRedis redis) {
    bench = new Bench(redis);
    operator = bench.millhand.operator();
  }

  @AfterEach
  void close() {
    operator.close();
    bench.close();
  }

  private void pause() {
    assertThat(operator.pause(Bench.STREAM, Bench.GROUP, "the bank is down").result())
        .isEqualTo(Paused.Result.PAUSED);
  }

  private void resume() {
    assertThat(operator.resume(Bench.STREAM, Bench.GROUP)).isPresent();
  }

  private void awaitState(Worker worker, State state) {
    Bench.await().until(() -> worker.state() == state);
  }

  @Test
  void all_workers_of_a_paused_group_read_nothing_until_it_is_resumed() {
    var one = bench.worker().onEach(delivery -> {}).start();
    var other = bench.worker().onEach(delivery -> {}).start();
    pause();
    bench.events.await(Event.GroupPaused.class, 2);
    awaitState(one, State.PAUSED);
    awaitState(other, State.PAUSED);
    for (int i = 0; i < 10; i++) {
      bench.send("" + i);
    }
    bench.events.awaitNone(Event.Started.class, ofMillis(1_500));
    assertThat(one.health().groupPause().orElseThrow().why()).isEqualTo("the bank is down");
    assertThat(one.health().isHealthy()).isTrue();

    resume();
    bench.events.await(Event.Acked.class, 10);
    bench.events.await(Event.GroupResumed.class, 2);
    assertThat(bench.pending()).isEmpty();
  }

  @Test
  void a_worker_that_starts_while_its_group_is_paused_reads_nothing() {
    bench.worker().onEach(delivery -> {}).start().close();
    pause();
    bench.send("1");
    var worker = bench.worker().onEach(delivery -> {}).start();

    assertThat(worker.state()).isEqualTo(State.PAUSED);
    bench.events.awaitNone(Event.Started.class, ofMillis(500));
    resume();
    bench.events.await(Event.Acked.class);
  }

  @Test
  void what_runs_when_the_group_is_paused_is_finished_and_what_is_due_waits() throws Exception {
    var running = new CountDownLatch(1);
    var finish = new CountDownLatch(1);
    var worker =
        bench
            .worker()
            .decide(
                delivery -> {
                  if (delivery.text("order_id").equals("deferred")) {
                    return delivery.origin() == io.millhand.delivery.Origin.NEW
                        ? Outcome.defer(ofMillis(300))
                        : Outcome.ack();
                  }
                  running.countDown();
                  finish.await();
                  return Outcome.ack();
                })
            .start();
    var running1 = bench.send("running");
    running.await();
    pause();
    var deferred = bench.send("deferred");
    awaitState(worker, State.PAUSED);
    finish.countDown();

    bench.events.await(Event.Acked.class, acked -> acked.id().equals(running1));
    Bench.await().until(() -> worker.health().inFlight() == 0);
    assertThat(bench.inspector.group(Bench.STREAM, Bench.GROUP).paused()).isPresent();
    resume();
    bench.events.await(Event.Acked.class, acked -> acked.id().equals(deferred));
  }

  @Test
  void both_pauses_must_end_before_a_worker_reads() {
    var worker = bench.worker().onEach(delivery -> {}).start();
    assertThat(worker.pause()).isTrue();
    assertThat(worker.pause()).isFalse();
    pause();
    bench.events.await(Event.GroupPaused.class);
    assertThat(worker.resume()).isTrue();
    assertThat(worker.resume()).isFalse();
    assertThat(worker.state()).isEqualTo(State.PAUSED);
    assertThat(worker.pause()).isTrue();
    resume();
    bench.events.await(Event.GroupResumed.class);
    assertThat(worker.state()).isEqualTo(State.PAUSED);

    assertThat(worker.resume()).isTrue();
    assertThat(worker.state()).isEqualTo(State.RUNNING);
    bench.send("1");
    bench.events.await(Event.Acked.class);
  }

  @Test
  void what_a_read_brings_that_was_blocked_when_the_pause_began_is_handed_back_unhandled() {
    var worker = bench.worker().onEach(delivery -> {}).start();
    // A read may end of itself just before the entry comes: then once more.
    for (int round = 0; round < 100; round++) {
      Bench.await().until(this::aReadIsBlocked);
      worker.pause();
      var id = bench.send("" + round);
      Bench.await().until(() -> !aReadIsBlocked());
      var wasGiven = !bench.owner(id).isEmpty();
      if (wasGiven) {
        bench.events.await(Event.Released.class, released -> released.id().equals(id));
        assertThat(bench.owner(id)).isEqualTo("~deferred");
        assertThat(bench.events.all(Event.Started.class))
            .noneMatch(started -> started.id().equals(id));
      }
      worker.resume();
      bench.events.await(Event.Acked.class, acked -> acked.id().equals(id));
      if (wasGiven) {
        return;
      }
    }
    throw new AssertionError("no read was blocked when the pause began");
  }

  private boolean aReadIsBlocked() {
    return String.valueOf(bench.redis.command("CLIENT", "LIST"))
        .lines()
        .anyMatch(line -> line.contains("name=millhand-read") && line.contains("flags=b"));
  }

  @Test
  void a_paused_worker_still_takes_over_from_the_dead_and_leaves_in_peace() {
    var worker = bench.worker().onEach(delivery -> {}).start();
    pause();
    awaitState(worker, State.PAUSED);
    bench.send("1");
    bench.redis.command("XREADGROUP", "GROUP", Bench.GROUP, "ghost", "STREAMS", Bench.STREAM, ">");
    bench.redis.command(
        "HSET", "{orders}:processing:workers:info", "ghost", "boot=00000000\nlease=300\n");

    bench.events.await(Event.Buried.class, buried -> buried.consumer().equals("ghost"));
    assertThat(bench.events.all(Event.Started.class)).isEmpty();
    worker.close();
    assertThat(worker.state()).isEqualTo(State.STOPPED);
  }

  @Test
  void a_pause_and_its_end_are_recorded_once_each() {
    bench.worker().onEach(delivery -> {}).start();
    pause();
    assertThat(operator.pause(Bench.STREAM, Bench.GROUP, "again").result())
        .isEqualTo(Paused.Result.ALREADY);
    resume();
    assertThat(operator.resume(Bench.STREAM, Bench.GROUP)).isEmpty();

    var audit = String.valueOf(bench.redis.command("XRANGE", "{orders}:audit", "-", "+"));
    assertThat(audit).contains("what, pause", "the bank is down", "what, resume");
    assertThat(bench.redis.command("XLEN", "{orders}:audit")).isEqualTo(2L);
  }
}
