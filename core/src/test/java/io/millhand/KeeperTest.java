// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.config.Retention;
import io.millhand.delivery.Origin;
import io.millhand.delivery.Outcome;
import io.millhand.error.RefusedException;
import io.millhand.event.Event;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.Fault;
import io.millhand.testkit.FaultProxy;
import io.millhand.testkit.WithRedis;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@WithRedis
class KeeperTest {

  private Bench bench;

  @BeforeEach
  void open(EmbeddedRedis redis) {
    bench = new Bench(redis);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private boolean consumerExists(String name) {
    return bench.rows("XINFO", "CONSUMERS", Bench.STREAM, Bench.GROUP).stream()
        .anyMatch(row -> Bench.text(row, 1).equals(name));
  }

  @Test
  void what_a_worker_leaves_whose_connection_is_gone_is_taken_over_and_its_consumer_deleted()
      throws Exception {
    try (var proxy = FaultProxy.to(bench.redis);
        var cut = new Bench(bench.redis, proxy.url())) {
      var begun = new CountDownLatch(1);
      var told = new CountDownLatch(1);
      var victim =
          cut.worker()
              .drainTimeout(ofMillis(100))
              .onEach(
                  delivery -> {
                    begun.countDown();
                    while (delivery.isOwned()) {
                      told.await(10, java.util.concurrent.TimeUnit.MILLISECONDS);
                    }
                    told.countDown();
                    new CountDownLatch(1).await();
                  })
              .start();
      var id = bench.send("1");
      begun.await();
      var taken = new ConcurrentLinkedQueue<Origin>();
      bench.worker().onEach(delivery -> taken.add(delivery.origin())).start();
      proxy.set(new Fault.Refuse());
      proxy.resetAll();

      var died =
          bench.events.await(
              Event.WorkerDied.class, dead -> dead.consumer().equals(victim.consumer()));
      assertThat(died.why())
          .isIn("its connection has been gone for 400 ms", "no heartbeat for its lease of 1 s");
      bench.events.await(Event.Acked.class, acked -> acked.id().equals(id));
      assertThat(taken).containsExactly(Origin.RECLAIMED);
      bench.events.await(Event.Buried.class);
      assertThat(consumerExists(victim.consumer())).isFalse();
      told.await();
      cut.events.await(Event.FencedOff.class);
      proxy.pass();
      cut.events.await(Event.Disowned.class, gone -> gone.ids().contains(id));
    }
  }

  @Test
  void a_worker_whose_heartbeat_came_late_tells_when_it_goes_on() {
    bench.worker().lease(ofSeconds(1)).onEach(delivery -> {}).start();
    bench.redis.command("CLIENT", "PAUSE", "1400", "WRITE");

    bench.events.await(Event.FencedOff.class, off -> off.why().equals("its heartbeat came late"));
    bench.events.await(Event.Registered.class, 2);
    var id = bench.send("1");
    bench.events.await(Event.Acked.class, acked -> acked.id().equals(id));
  }

  @Test
  void an_entry_is_not_reclaimed_while_its_handler_is_still_running() throws Exception {
    var runs = new AtomicInteger();
    var finish = new CountDownLatch(1);
    io.millhand.delivery.Handler<io.millhand.delivery.Entry> handler =
        delivery -> {
          runs.incrementAndGet();
          finish.await();
        };
    bench.worker().reclaimAfter(ofMillis(300)).onEach(handler).start();
    bench.worker().reclaimAfter(ofMillis(300)).onEach(handler).start();
    bench.send("1");
    // Three leases, and ten times as long as a foreign consumer may hold an entry.
    bench.events.awaitNone(Event.Reclaimed.class, ofSeconds(3));
    finish.countDown();
    bench.events.await(Event.Acked.class);
    assertThat(runs).hasValue(1);
  }

  @Test
  void what_a_foreign_consumer_holds_is_taken_over_whatever_its_name() {
    bench
        .millhand
        .operator()
        .createGroup(Bench.STREAM, Bench.GROUP, io.millhand.config.GroupStart.beginning());
    var id = bench.send("1");
    var read = Stream.of("XREADGROUP", "GROUP", Bench.GROUP, "?", "STREAMS", Bench.STREAM, ">");
    bench.redis.command(
        read.map(
                word ->
                    word.equals("?") ? new byte[] {(byte) 0xff, '\n', 'x'} : word.getBytes(UTF_8))
            .toArray(byte[][]::new));
    bench.worker().reclaimAfter(ofMillis(300)).onEach(delivery -> {}).start();

    bench.events.await(Event.Reclaimed.class, it -> it.consumer().equals("\ufffd\nx"));
    bench.events.await(Event.Acked.class, acked -> acked.id().equals(id));
  }

  @Test
  void a_registration_with_a_lease_beyond_all_time_does_not_stop_the_keeper() {
    bench.redis.command(
        "HSET", "{orders}:processing:workers:info", "evil", "boot=b\nlease=999999999999999999\n");
    bench.redis.command("HSET", "{orders}:processing:workers", "evil", "1");
    var id = bench.send("1");
    bench
        .millhand
        .operator()
        .createGroup(Bench.STREAM, Bench.GROUP, io.millhand.config.GroupStart.beginning());
    bench.redis.command("XREADGROUP", "GROUP", Bench.GROUP, "python", "STREAMS", Bench.STREAM, ">");
    bench.worker().reclaimAfter(ofSeconds(1)).onEach(delivery -> {}).start();

    bench.events.await(Event.Acked.class, acked -> acked.id().equals(id));
  }

  @Test
  void what_a_foreign_consumer_holds_is_taken_over_after_reclaim_after_and_not_before() {
    bench
        .millhand
        .operator()
        .createGroup(Bench.STREAM, Bench.GROUP, io.millhand.config.GroupStart.beginning());
    var id = bench.send("1");
    bench.redis.command("XREADGROUP", "GROUP", Bench.GROUP, "python", "STREAMS", Bench.STREAM, ">");
    var startedAt = System.nanoTime();
    bench.worker().reclaimAfter(ofSeconds(1)).onEach(delivery -> {}).start();

    bench.events.await(Event.Reclaimed.class, reclaimed -> reclaimed.consumer().equals("python"));
    assertThat(System.nanoTime() - startedAt).isGreaterThan(ofMillis(900).toNanos());
    bench.events.await(Event.Acked.class, acked -> acked.id().equals(id));
    // It is not ours to delete.
    assertThat(consumerExists("python")).isTrue();
  }

  @Test
  void what_redis_gave_us_but_we_never_saw_is_found_without_waiting_for_a_lease() {
    var worker = bench.worker().lease(ofSeconds(60)).consumer("w1").onEach(delivery -> {}).start();
    assertThat(worker.pause()).isTrue();
    Bench.await().until(() -> worker.health().inFlight() == 0);
    var id = bench.send("1");
    // As if the reply to a read of ours had been lost.
    Bench.await()
        .until(
            () ->
                !bench
                        .rows(
                            "XREADGROUP", "GROUP", Bench.GROUP, "w1", "STREAMS", Bench.STREAM, ">")
                        .isEmpty()
                    || !bench.owner(id).isEmpty());
    worker.resume();

    bench.events.await(Event.Acked.class, acked -> acked.id().equals(id));
  }

  @Test
  void a_deferred_entry_that_lost_its_due_time_is_due_now() {
    bench
        .worker()
        .decide(
            delivery -> delivery.origin() == Origin.NEW ? Outcome.defer(ofHours(1)) : Outcome.ack())
        .start();
    bench.send("1");
    bench.events.await(Event.Deferred.class);
    bench.redis.command("DEL", "{orders}:processing:deferred");

    bench.events.await(Event.Acked.class);
  }

  @Test
  void a_due_entry_that_lost_its_pending_record_is_restored_and_reported() {
    bench
        .worker()
        .decide(
            delivery ->
                delivery.origin() == Origin.NEW ? Outcome.defer(ofMillis(500)) : Outcome.ack())
        .start();
    var id = bench.send("1");
    bench.events.await(Event.Deferred.class);
    bench.redis.command("XGROUP", "DELCONSUMER", Bench.STREAM, Bench.GROUP, "~deferred");

    assertThat(bench.events.await(Event.Restored.class).ids()).containsExactly(id);
    bench.events.await(Event.Acked.class);
  }

  @Test
  void a_failures_record_without_a_pending_entry_is_swept() {
    bench.redis.command("HSET", "{orders}:processing:failures", "1-1", "1 0 1 1 f x");
    bench.worker().onEach(delivery -> {}).start();
    Bench.await()
        .until(() -> bench.redis.command("EXISTS", "{orders}:processing:failures").equals(0L));
  }

  @Test
  void the_safe_position_follows_what_is_finished() {
    bench.worker().onEach(delivery -> {}).start();
    bench.send("1");
    var last = bench.send("2");
    Bench.await()
        .until(
            () ->
                last.toString().equals(bench.redis.command("GET", "{orders}:processing:position")));
  }

  @Test
  void retention_trims_what_is_finished_and_never_what_is_not() {
    // Trimming works on whole nodes of a hundred entries.
    for (int i = 0; i < 500; i++) {
      bench.send("" + i);
    }
    bench.redis.command("XGROUP", "CREATE", Bench.STREAM, "audit", "0");
    bench.rows("XREADGROUP", "GROUP", "audit", "a", "COUNT", "250", "STREAMS", Bench.STREAM, ">");
    bench.worker().retention(Retention.finished(ofMillis(0))).onEach(delivery -> {}).start();
    // The audit group has 250 pending and 250 unread: nothing may go.
    bench.events.await(Event.Acked.class, 500);
    bench.events.awaitNone(Event.StreamTrimmed.class, ofSeconds(1));
    assertThat(bench.redis.command("XLEN", Bench.STREAM)).isEqualTo(500L);
  }

  @Test
  void an_entry_trimmed_while_it_waits_is_told_as_lost_and_forgotten() {
    bench.worker().decide(delivery -> Outcome.defer(ofMillis(300))).start();
    var id = bench.send("1");
    bench.events.await(Event.Deferred.class);
    bench.redis.command("XDEL", Bench.STREAM, id.toString());

    assertThat(bench.events.await(Event.Trimmed.class).ids()).containsExactly(id);
    Bench.await().until(() -> bench.pending().isEmpty());
    assertThat(bench.redis.command("EXISTS", "{orders}:processing:deferred")).isEqualTo(0L);
  }

  @Test
  void a_settlement_of_an_entry_that_another_has_taken_is_fenced() throws Exception {
    var running = new CountDownLatch(1);
    var finish = new CountDownLatch(1);
    bench
        .worker()
        .onEach(
            delivery -> {
              running.countDown();
              finish.await();
              throw new IllegalStateException("late");
            })
        .start();
    var id = bench.send("1");
    running.await();
    bench.redis.command("XCLAIM", Bench.STREAM, Bench.GROUP, "thief", "0", id.toString());
    finish.countDown();

    assertThat(bench.events.await(Event.Fenced.class).id()).isEqualTo(id);
    assertThat(bench.owner(id)).isEqualTo("thief");
  }

  @Test
  void a_fixed_name_is_refused_while_its_holder_lives() {
    bench.worker().consumer("pod-1").onEach(delivery -> {}).start();
    assertThatThrownBy(() -> bench.worker().consumer("pod-1").onEach(delivery -> {}).start())
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("taken by a living worker");
  }

  @Test
  void a_fixed_name_is_taken_over_from_the_dead_with_what_they_left() throws Exception {
    var proxy = FaultProxy.to(bench.redis);
    var cut = new Bench(bench.redis, proxy.url());
    var begun = new CountDownLatch(1);
    cut.worker()
        .consumer("pod-1")
        .drainTimeout(ofMillis(1))
        .onEach(
            delivery -> {
              begun.countDown();
              new CountDownLatch(1).await();
            })
        .start();
    var id = bench.send("1");
    begun.await();
    proxy.set(new Fault.Refuse());
    proxy.resetAll();
    bench.worker().consumer("pod-1").onEach(delivery -> {}).start();

    bench.events.await(Event.Acked.class, acked -> acked.id().equals(id));
    cut.close();
    proxy.close();
  }

  @Test
  void a_second_stream_of_the_same_key_names_is_refused() {
    bench.worker().onEach(delivery -> {}).start();
    assertThatThrownBy(
            () -> bench.millhand.worker("{orders}", Bench.GROUP).onEach(delivery -> {}).start())
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("orders/processing");
  }
}
