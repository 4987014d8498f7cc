// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.Outcome;
import io.millhand.delivery.RetryPolicy;
import io.millhand.delivery.UndecodableException;
import io.millhand.event.Event;
import io.millhand.event.Event.End;
import io.millhand.event.Health;
import io.millhand.event.Listener;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What events and health say of times, permits and life. */
@WithRedis
class TellingTest {

  private Bench bench;

  @BeforeEach
  void open(EmbeddedRedis redis) {
    bench = new Bench(redis);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private static void busy(Duration time) {
    var end = System.nanoTime() + time.toNanos();
    while (end - System.nanoTime() > 0) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  @Test
  void an_ack_tells_how_long_the_handler_ran_and_how_old_the_entry_was_by_the_servers_clock() {
    var anHour = 3_600_000;
    var time = (List<?>) bench.redis.command("TIME");
    var id = (Long.parseLong(String.valueOf(time.get(0))) * 1000 - anHour) + "-0";
    bench.redis.command("XADD", Bench.STREAM, id, "order_id", "1");
    bench.worker().onEach(delivery -> busy(ofMillis(30))).start();

    var ack = bench.events.await(Event.Acked.class);
    assertThat(ack.took()).isBetween(ofMillis(30), ofSeconds(20));
    assertThat(ack.age()).isBetween(ofMillis(anHour - 1_000), ofMillis(anHour + 20_000));
  }

  @Test
  void a_start_tells_how_long_the_entry_had_waited_here() {
    bench.send("1");
    bench.send("2");
    bench
        .worker()
        .concurrency(1)
        .readAhead(ofMinutes(1))
        .onEach(delivery -> busy(ofMillis(30)))
        .start();

    var starts = bench.events.await(Event.Started.class, 2);
    assertThat(starts.get(0).waited()).isBetween(Duration.ZERO, ofSeconds(20));
    if (bench.events.all(Event.Read.class).getFirst().count() == 2) {
      assertThat(starts.get(1).waited()).isGreaterThanOrEqualTo(ofMillis(30));
    }
  }

  @Test
  void a_dead_letter_tells_which_kind_of_end_it_is() {
    bench
        .worker()
        .retry(RetryPolicy.fixed(ofMillis(1)).maxAttempts(2).fatal(ArithmeticException.class))
        .decide(
            delivery ->
                switch (delivery.text("order_id")) {
                  case "attempts" -> Outcome.failed(new IllegalStateException("again"));
                  case "fatal" -> throw new ArithmeticException("fatal");
                  case "undecodable" -> throw new UndecodableException("no");
                  default -> Outcome.dead("enough");
                })
        .start();
    for (var kind : List.of("attempts", "fatal", "undecodable", "handler")) {
      bench.send(kind);
    }
    assertThat(bench.events.await(Event.DeadLettered.class, 4))
        .extracting(Event.DeadLettered::end)
        .containsExactlyInAnyOrder(End.ATTEMPTS, End.FATAL, End.UNDECODABLE, End.HANDLER);
    assertThat(bench.events.await(Event.Deferred.class).took()).isPositive();
  }

  @Test
  void permits_are_free_until_entries_are_held() throws Exception {
    var finish = new CountDownLatch(1);
    var worker =
        bench
            .worker()
            .concurrency(3)
            .maxInFlight(3)
            .onEach(
                delivery -> {
                  finish.await();
                })
            .start();
    for (int i = 0; i < 3; i++) {
      bench.send("" + i);
    }
    Bench.await().until(() -> worker.health().running() == 3);
    assertThat(worker.health().permits()).isEqualTo(new Health.Permits(3, 0));

    finish.countDown();
    bench.events.await(Event.Acked.class, 3);
    Bench.await().until(() -> worker.pause() || worker.health().permits().free() == 3);
    Bench.await().untilAsserted(() -> assertThat(worker.health().permits().free()).isEqualTo(3));
  }

  @Test
  void the_pulse_tells_of_heartbeat_and_loops_also_while_redis_is_away() {
    var worker = bench.worker().heartbeatEvery(ofMillis(100)).onEach(delivery -> {}).start();
    Bench.await().until(() -> worker.health().pulse().registered());
    assertThat(worker.health().pulse().outage()).isFalse();
    assertThat(worker.health().pulse().heartbeatAge()).isLessThan(ofSeconds(1));

    bench.redis.kill();
    bench.events.await(Event.OutageStarted.class);
    Bench.await().until(() -> !worker.health().pulse().registered());
    Bench.await().until(() -> worker.health().pulse().heartbeatAge().compareTo(ofSeconds(2)) > 0);
    assertThat(worker.health().pulse().outage()).isTrue();
    assertThat(worker.health().pulse().loopAge()).isLessThan(ofSeconds(10));
    worker.closeNow();
  }

  @Test
  void a_listener_meets_the_worker_before_its_first_event_and_hears_how_it_drained() {
    var heard = new ConcurrentLinkedQueue<String>();
    var healths = new ConcurrentLinkedQueue<Supplier<Health>>();
    var listener =
        new Listener() {
          @Override
          public void begin(Event.Worker worker, Supplier<Health> health) {
            heard.add("begin " + worker.source());
            healths.add(health);
          }

          @Override
          public void on(Event event) {
            heard.add(event.getClass().getSimpleName());
          }
        };
    var worker = bench.worker().listener(listener).onEach(delivery -> {}).start();
    assertThat(healths.element().get().state()).isEqualTo(Event.State.RUNNING);
    worker.close();

    assertThat(heard).startsWith("begin orders/processing", "GroupCreated");
    assertThat(heard.stream().skip(heard.size() - 2)).containsExactly("Drained", "StateChanged");
    assertThat(bench.events.await(Event.Drained.class).report().isClean()).isTrue();
    assertThat(healths.element().get().state()).isEqualTo(Event.State.STOPPED);
  }

  @Test
  void a_listener_that_fails_as_the_worker_begins_harms_nobody() {
    bench
        .worker()
        .listener(
            new Listener() {
              @Override
              public void begin(Event.Worker worker, Supplier<Health> health) {
                throw new IllegalStateException("on purpose");
              }

              @Override
              public void on(Event event) {}
            })
        .onEach(delivery -> {})
        .start();
    bench.send("1");
    bench.events.await(Event.Acked.class);
  }
}
