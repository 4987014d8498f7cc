// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.EntryId;
import io.millhand.delivery.Outcome;
import io.millhand.delivery.RetryPolicy;
import io.millhand.event.Event;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@WithRedis
class WorkerTest {

  private final Recorder events = new Recorder();
  private Millhand millhand;
  private EmbeddedRedis redis;

  @BeforeEach
  void connect(EmbeddedRedis redis) {
    this.redis = redis;
    millhand = Millhand.connect(redis.url());
  }

  @AfterEach
  void close() {
    millhand.close();
  }

  private WorkerBuilder<io.millhand.delivery.Entry> worker() {
    return millhand.worker("orders", "processing").listener(events);
  }

  private List<?> pending() {
    return (List<?>) redis.command("XPENDING", "orders", "processing", "-", "+", "100");
  }

  @Test
  void an_entry_whose_handler_returns_is_acked() {
    var seen = new ConcurrentLinkedQueue<String>();
    worker().onEach(delivery -> seen.add(delivery.text("order_id"))).start();
    var id = millhand.producer("orders").send(Map.of("order_id", "123"));

    assertThat(events.await(Event.Acked.class).id()).isEqualTo(id);
    assertThat(seen).containsExactly("123");
    assertThat(pending()).isEmpty();
  }

  @Test
  void an_entry_whose_handler_throws_is_tried_again_after_its_back_off() {
    var attempts = new ConcurrentLinkedQueue<Integer>();
    worker()
        .retry(RetryPolicy.fixed(ofMillis(100)).jitter(0).maxAttempts(3))
        .onEach(
            delivery -> {
              attempts.add(delivery.attempt());
              if (delivery.attempt() < 3) {
                throw new IllegalStateException("not yet");
              }
            })
        .start();
    millhand.producer("orders").send(Map.of("order_id", "1"));

    events.await(Event.Acked.class);
    assertThat(attempts).containsExactly(1, 2, 3);
    assertThat(redis.command("EXISTS", "{orders}:processing:failures")).isEqualTo(0L);
    assertThat(redis.command("EXISTS", "{orders}:processing:deferred")).isEqualTo(0L);
  }

  @Test
  void an_entry_that_fails_every_attempt_ends_in_the_dead_letters_with_its_reason() {
    worker()
        .retry(RetryPolicy.fixed(ofMillis(10)).maxAttempts(2))
        .onEach(
            delivery -> {
              throw new IllegalStateException("card refused");
            })
        .start();
    var id = millhand.producer("orders").send(Map.of("order_id", "1"));

    events.await(Event.DeadLettered.class);
    var letters = millhand.inspector().dead("orders", "processing", java.util.Optional.empty(), 10);
    assertThat(letters).hasSize(1);
    assertThat(letters.get(0).entry()).isEqualTo(id);
    assertThat(letters.get(0).errorText()).contains("card refused");
    assertThat(letters.get(0).attempts()).isEqualTo(2);
    assertThat(letters.get(0).fields().toMap()).isEqualTo(Map.of("order_id", "1"));
    assertThat(pending()).isEmpty();
  }

  @Test
  void a_closing_worker_finishes_what_runs_and_leaves_no_consumer() throws Exception {
    var running = new java.util.concurrent.CountDownLatch(1);
    var finish = new java.util.concurrent.CountDownLatch(1);
    var worker =
        worker()
            .onEach(
                delivery -> {
                  running.countDown();
                  finish.await();
                })
            .start();
    millhand.producer("orders").send(Map.of("order_id", "1"));
    running.await();
    var closing = Thread.ofVirtual().start(worker::close);
    events.await(Event.StateChanged.class, change -> change.to() == Event.State.DRAINING);
    finish.countDown();
    closing.join();

    assertThat(worker.awaitStop().isClean()).isTrue();
    assertThat(worker.awaitStop().settled()).isEqualTo(1);
    assertThat((List<?>) redis.command("XINFO", "CONSUMERS", "orders", "processing")).isEmpty();
    assertThat(redis.command("EXISTS", "{orders}:processing:workers")).isEqualTo(0L);
  }

  @Test
  void every_entry_of_many_is_handled_once_in_a_run_without_faults() {
    var handled = new ConcurrentLinkedQueue<EntryId>();
    var sent =
        millhand
            .producer("orders")
            .sendAll(
                java.util.stream.IntStream.range(0, 20_000)
                    .mapToObj(i -> io.millhand.delivery.Fields.of("order_id", "" + i))
                    .toList());
    var count = new AtomicInteger();
    worker()
        .decide(
            delivery -> {
              handled.add(delivery.id());
              count.incrementAndGet();
              return Outcome.ack();
            })
        .start();
    org.awaitility.Awaitility.await()
        .atMost(ofSeconds(20))
        .until(() -> count.get() >= 20_000 && pending().isEmpty());
    assertThat(handled).containsExactlyInAnyOrderElementsOf(sent);
  }
}
