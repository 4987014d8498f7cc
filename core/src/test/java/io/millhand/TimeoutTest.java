// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.EntryId;
import io.millhand.delivery.RetryPolicy;
import io.millhand.event.Event;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@WithRedis
class TimeoutTest {

  private Bench bench;
  private final AtomicBoolean release = new AtomicBoolean();

  @BeforeEach
  void open(EmbeddedRedis redis) {
    bench = new Bench(redis);
  }

  @AfterEach
  void close() {
    release.set(true);
    bench.close();
  }

  private void ignoreInterrupts() {
    while (!release.get()) {
      LockSupport.parkNanos(1_000_000);
      Thread.interrupted();
    }
  }

  @Test
  void a_handler_that_runs_too_long_is_interrupted_and_has_failed_an_attempt() {
    var interrupted = new AtomicBoolean();
    bench
        .worker()
        .handlerTimeout(ofMillis(100))
        .onEach(
            delivery -> {
              if (delivery.attempt() == 1) {
                try {
                  new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                  interrupted.set(true);
                  throw e;
                }
              }
            })
        .start();
    bench.send("1");

    bench.events.await(Event.TimedOut.class);
    assertThat(bench.events.await(Event.Deferred.class).attempts()).isEqualTo(1);
    bench.events.await(Event.Acked.class);
    assertThat(interrupted).isTrue();
  }

  @Test
  void an_interrupt_never_reaches_the_next_delivery() {
    var interruptedAtStart = new ConcurrentLinkedQueue<EntryId>();
    var worker =
        bench
            .worker()
            .concurrency(2)
            .maxAbandoned(100)
            .handlerTimeout(ofMillis(5))
            .retry(RetryPolicy.never())
            .onEach(
                delivery -> {
                  if (Thread.currentThread().isInterrupted()) {
                    interruptedAtStart.add(delivery.id());
                  }
                  // About as long as the time-out, so that both orders of the two happen.
                  var end = System.nanoTime() + ofMillis(5).toNanos();
                  while (System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait();
                  }
                })
            .start();
    for (int i = 0; i < 200; i++) {
      bench.send("" + i);
    }
    Bench.await()
        .until(
            () ->
                worker.state() != Event.State.RUNNING
                    || (bench.inspector.group(Bench.STREAM, Bench.GROUP).lag().entries() == 0
                        && bench.pending().isEmpty()));
    assertThat(worker.state()).isEqualTo(Event.State.RUNNING);
    // One that waits for a processor at its start may time out before its first line.
    var own = bench.events.all(Event.TimedOut.class).stream().map(Event.TimedOut::id).toList();
    interruptedAtStart.removeAll(own);
    assertThat(interruptedAtStart).isEmpty();
  }

  @Test
  void a_handler_that_ignores_its_interrupt_loses_its_slot_but_not_its_entry() {
    var handled = new ConcurrentLinkedQueue<String>();
    var worker =
        bench
            .worker()
            .concurrency(1)
            .maxInFlight(10)
            .maxAbandoned(3)
            .handlerTimeout(ofMillis(100))
            .retry(RetryPolicy.fixed(ofMillis(50)).maxAttempts(50))
            .onEach(
                delivery -> {
                  if (delivery.text("order_id").equals("hangs") && !release.get()) {
                    ignoreInterrupts();
                    throw new IllegalStateException("hung");
                  }
                  handled.add(delivery.text("order_id"));
                })
            .start();
    bench.send("hangs");
    bench.events.await(Event.TimedOut.class);
    bench.send("next");

    Bench.await().until(() -> handled.contains("next"));
    assertThat(worker.health().abandoned()).isEqualTo(1);
    assertThat(worker.health().isHealthy()).isFalse();
    assertThat(bench.events.all(Event.AbandonedEnded.class)).isEmpty();
    release.set(true);
    var ended = bench.events.await(Event.AbandonedEnded.class).id();
    assertThat(bench.events.all(Event.TimedOut.class))
        .extracting(Event.TimedOut::id)
        .contains(ended);
    Bench.await().until(() -> handled.contains("hangs"));
    Bench.await().until(() -> worker.health().inFlight() == 0 && worker.health().isHealthy());
  }

  @Test
  void an_entry_whose_abandoned_handler_still_runs_is_not_started_here_again() {
    var starts = new ConcurrentLinkedQueue<String>();
    bench
        .worker()
        .concurrency(2)
        .handlerTimeout(ofMillis(100))
        .retry(RetryPolicy.fixed(ofMillis(10)).maxAttempts(50))
        .onEach(
            delivery -> {
              starts.add(delivery.text("order_id"));
              ignoreInterrupts();
            })
        .start();
    bench.send("hangs");
    bench.events.await(Event.TimedOut.class);
    // It comes back, and is handed on to whoever else there may be.
    bench.events.await(Event.Released.class);
    assertThat(starts).hasSize(1);
  }

  @Test
  void a_late_success_acks_its_entry_all_the_same() {
    bench
        .worker()
        .handlerTimeout(ofMillis(100))
        .retry(RetryPolicy.fixed(ofSeconds(60)))
        .onEach(delivery -> ignoreInterrupts())
        .start();
    bench.send("1");
    bench.events.await(Event.Deferred.class);
    assertThat(bench.pending()).hasSize(1);
    release.set(true);
    Bench.await().until(() -> bench.pending().isEmpty());
    Bench.await()
        .until(() -> bench.redis.command("EXISTS", "{orders}:processing:deferred").equals(0L));
  }

  @Test
  void too_many_handlers_that_ignore_their_interrupt_fail_the_worker_which_drains()
      throws Exception {
    var worker =
        bench
            .worker()
            .concurrency(4)
            .maxAbandoned(2)
            .handlerTimeout(ofMillis(50))
            .drainTimeout(ofMillis(300))
            .retry(RetryPolicy.fixed(ofSeconds(60)))
            .onEach(delivery -> ignoreInterrupts())
            .start();
    for (int i = 0; i < 4; i++) {
      bench.send("" + i);
    }
    var report = worker.awaitStop();
    assertThat(report.failure().orElseThrow()).hasMessageContaining("handlerTimeout");
    assertThat(report.leftBehind()).isEmpty();
  }
}
