// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.Codec;
import io.millhand.delivery.Entry;
import io.millhand.delivery.Fields;
import io.millhand.delivery.Handler;
import io.millhand.delivery.Origin;
import io.millhand.delivery.Outcome;
import io.millhand.delivery.RetryPolicy;
import io.millhand.event.Event;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.Fault;
import io.millhand.testkit.FaultProxy;
import io.millhand.testkit.WithRedis;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@WithRedis
class RetryTest {

  private Bench bench;

  @BeforeEach
  void open(EmbeddedRedis redis) {
    bench = new Bench(redis);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void a_retry_comes_no_sooner_than_its_back_off_and_holds_no_permit_meanwhile() {
    var times = new ConcurrentLinkedQueue<Long>();
    var worker =
        bench
            .worker()
            .retry(RetryPolicy.fixed(ofMillis(400)).jitter(0).maxAttempts(2))
            .onEach(
                delivery -> {
                  times.add(System.nanoTime());
                  if (delivery.attempt() == 1) {
                    throw new IOException("not yet");
                  }
                })
            .start();
    bench.send("1");

    bench.events.await(Event.Deferred.class);
    Bench.await().until(() -> worker.health().inFlight() == 0);
    bench.events.await(Event.Acked.class);
    var waited = (long) times.toArray()[1] - (long) times.toArray()[0];
    assertThat(waited).isBetween(ofMillis(400).toNanos(), ofMillis(1400).toNanos());
  }

  @Test
  void a_retry_that_is_due_before_its_deferral_is_confirmed_comes_as_soon_as_it_is()
      throws Exception {
    var others = 700;
    var finish = new CountDownLatch(1);
    var begun = new CountDownLatch(others);
    var again = new CountDownLatch(1);
    try (var proxy = FaultProxy.to(bench.redis);
        var slow = new Bench(bench.redis, proxy.url())) {
      Handler<Entry> handler =
          delivery -> {
            if (delivery.text("order_id").equals("other")) {
              begun.countDown();
              finish.await();
            } else if (delivery.attempt() == 1) {
              throw new IOException("not yet");
            } else {
              again.countDown();
            }
          };
      slow.worker()
          .concurrency(1000)
          .maxInFlight(1024)
          .retry(RetryPolicy.fixed(ofMillis(1)).jitter(0))
          .onEach(handler)
          .start();
      bench.producer.sendAll(Collections.nCopies(others, Fields.of("order_id", "other")));
      begun.await();
      var late = proxy.when("not yet", new Fault.Delay(ofMillis(500), ofMillis(0)));
      bench.send("1");

      assertThat(late).succeedsWithin(ofSeconds(20));
      slow.events.await(Event.Deferred.class);
      // A page of what we own is looked through each second, and this is on the eighth.
      assertThat(again.await(4, TimeUnit.SECONDS)).isTrue();
      finish.countDown();
    }
  }

  @Test
  void a_back_off_survives_the_worker_that_began_it() {
    var id = bench.send("1");
    var first =
        bench
            .worker()
            .retry(RetryPolicy.fixed(ofMillis(600)).jitter(0))
            .onEach(
                delivery -> {
                  throw new IOException("not yet");
                })
            .start();
    bench.events.await(Event.Deferred.class);
    first.close();
    assertThat(bench.owner(id)).isEqualTo("~deferred");

    var attempts = new ConcurrentLinkedQueue<Integer>();
    bench.worker().onEach(delivery -> attempts.add(delivery.attempt())).start();
    bench.events.await(Event.Acked.class);
    assertThat(attempts).containsExactly(2);
  }

  @Test
  void a_delay_that_a_handler_asks_for_counts_as_no_attempt() {
    var origins = new ConcurrentLinkedQueue<Origin>();
    var attempts = new ConcurrentLinkedQueue<Integer>();
    bench
        .worker()
        .decide(
            delivery -> {
              origins.add(delivery.origin());
              attempts.add(delivery.attempt());
              return origins.size() < 3 ? Outcome.defer(ofMillis(20)) : Outcome.ack();
            })
        .start();
    bench.send("1");

    bench.events.await(Event.Acked.class);
    assertThat(attempts).containsExactly(1, 1, 1);
    assertThat(origins).containsExactly(Origin.NEW, Origin.DUE, Origin.DUE);
  }

  @Test
  void a_failure_may_name_its_own_wait_and_still_counts() {
    bench
        .worker()
        .retry(RetryPolicy.fixed(ofHours(1)).maxAttempts(2))
        .decide(
            delivery ->
                delivery.attempt() == 1
                    ? Outcome.failed(new IOException("429"), ofMillis(20))
                    : Outcome.ack())
        .start();
    bench.send("1");

    bench.events.await(Event.Acked.class);
    assertThat(bench.events.await(Event.Deferred.class).attempts()).isEqualTo(1);
  }

  @Test
  void a_wait_that_no_clock_holds_is_the_shortest_or_the_longest_and_settles_like_any_other() {
    var worker =
        bench
            .worker()
            .concurrency(4)
            .maxInFlight(8)
            .decide(
                delivery ->
                    switch (delivery.text("order_id")) {
                      case "past" ->
                          delivery.attempt() == 1
                              ? Outcome.failed(new IOException("429"), ofSeconds(Long.MIN_VALUE))
                              : Outcome.ack();
                      case "future" ->
                          Outcome.failed(new IOException("429"), ofSeconds(Long.MAX_VALUE));
                      case "later" -> Outcome.defer(ofSeconds(Long.MAX_VALUE));
                      default -> Outcome.ack();
                    })
            .start();
    for (int i = 0; i < 20; i++) {
      bench.send("past");
      bench.send("" + i);
    }
    bench.send("future");
    bench.send("later");

    bench.events.await(Event.Acked.class, 40);
    bench.events.await(Event.Deferred.class, 22);
    Bench.await().until(() -> worker.health().inFlight() == 0);
    assertThat(bench.events.all(Event.Deferred.class))
        .extracting(Event.Deferred::after)
        .containsOnly(ZERO, ofDays(36_500));
  }

  @Test
  void a_fatal_error_is_not_tried_again_even_as_a_cause() {
    bench
        .worker()
        .retry(RetryPolicy.fixed(ofMillis(10)).fatal(IllegalArgumentException.class))
        .onEach(
            delivery -> {
              throw new IllegalStateException(new IllegalArgumentException("no such currency"));
            })
        .start();
    bench.send("1");

    assertThat(bench.events.await(Event.DeadLettered.class).attempts()).isEqualTo(1);
  }

  @Test
  void what_cannot_be_decoded_goes_to_the_dead_letters_byte_for_byte() {
    var raw =
        Fields.ofPairs(
            new byte[] {(byte) 0xFF, 0, 1},
            new byte[] {27, '[', '2', 'J'},
            "same".getBytes(java.nio.charset.StandardCharsets.UTF_8),
            new byte[0],
            "same".getBytes(java.nio.charset.StandardCharsets.UTF_8),
            new byte[] {13, 10});
    bench
        .worker()
        .codec(
            Codec.<Integer>of(
                entry -> Integer.parseInt(entry.text("n")), n -> Fields.of("n", "" + n)))
        .onEach(delivery -> {})
        .start();
    bench.producer.send(raw);

    bench.events.await(Event.DeadLettered.class);
    var letter = bench.inspector.dead(Bench.STREAM, Bench.GROUP, Optional.empty(), 1).get(0);
    assertThat(letter.reason()).isEqualTo("cannot be decoded");
    assertThat(letter.fields()).isEqualTo(raw);
  }

  @Test
  void a_dead_letter_that_is_put_back_is_handled_with_a_fresh_set_of_attempts() {
    var mended = new java.util.concurrent.atomic.AtomicBoolean();
    var attempts = new ConcurrentLinkedQueue<Integer>();
    bench
        .worker()
        .retry(RetryPolicy.never())
        .onEach(
            delivery -> {
              attempts.add(delivery.attempt());
              if (!mended.get()) {
                throw new IOException("bank is closed");
              }
            })
        .start();
    bench.send("1");
    bench.events.await(Event.DeadLettered.class);
    mended.set(true);

    var letters = bench.inspector.deadLetters(Bench.STREAM, Bench.GROUP, letter -> true, 10);
    assertThat(bench.millhand.operator().putBack(Bench.STREAM, Bench.GROUP, letters).done())
        .isEqualTo(1);
    bench.events.await(Event.Acked.class);
    assertThat(attempts).containsExactly(1, 1);
    assertThat(bench.inspector.dead(Bench.STREAM, Bench.GROUP, Optional.empty(), 1)).isEmpty();
  }

  @Test
  void an_error_of_the_virtual_machine_is_a_failed_attempt_not_a_lost_thread() {
    bench
        .worker()
        .concurrency(1)
        .onEach(
            delivery -> {
              if (delivery.attempt() == 1) {
                throw new StackOverflowError("deep");
              }
            })
        .start();
    bench.send("1");
    bench.send("2");

    bench.events.await(Event.Acked.class, 2);
    assertThat(bench.pending()).isEmpty();
  }

  @Test
  void an_out_of_memory_error_fails_the_worker_after_it_has_settled_the_entry() throws Exception {
    var worker =
        bench
            .worker()
            .onEach(
                delivery -> {
                  throw new OutOfMemoryError("test");
                })
            .start();
    var id = bench.send("1");

    var report = worker.awaitStop();
    assertThat(report.failure()).containsInstanceOf(OutOfMemoryError.class);
    assertThat(worker.state()).isEqualTo(Event.State.FAILED);
    assertThat(bench.owner(id)).isEqualTo("~deferred");
  }

  @Test
  void a_batch_settles_each_of_its_entries_differently() {
    for (var kind : new String[] {"ack", "fail", "dead", "ack"}) {
      bench.producer.send(Map.of("kind", kind));
    }
    bench
        .worker()
        .onBatch(
            10,
            batch ->
                batch.forEach(
                    delivery -> {
                      switch (delivery.text("kind")) {
                        case "fail" ->
                            batch.settle(
                                delivery, Outcome.failed(new IOException("x"), ofHours(1)));
                        case "dead" -> batch.settle(delivery, Outcome.dead("bad"));
                        default -> {}
                      }
                    }))
        .start();

    bench.events.await(Event.Acked.class, 2);
    bench.events.await(Event.Deferred.class);
    bench.events.await(Event.DeadLettered.class);
  }

  @Test
  void a_batch_that_throws_retries_all_that_it_had_not_settled() {
    bench.send("1");
    bench.send("2");
    var calls = new java.util.concurrent.atomic.AtomicInteger();
    bench
        .worker()
        .concurrency(1)
        .onBatch(
            10,
            batch -> {
              if (calls.incrementAndGet() == 1) {
                throw new IOException("no transaction");
              }
            })
        .start();

    bench.events.await(Event.Acked.class, 2);
    assertThat(bench.events.all(Event.Deferred.class)).isNotEmpty();
  }
}
