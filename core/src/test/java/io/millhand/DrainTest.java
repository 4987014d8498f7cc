// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.event.Event;
import io.millhand.testkit.ChildProcess;
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
class DrainTest {

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
  void a_stopping_worker_releases_at_once_what_had_not_begun() throws Exception {
    var running = new CountDownLatch(1);
    var finish = new CountDownLatch(1);
    var worker =
        bench
            .worker()
            .concurrency(1)
            .maxInFlight(5)
            .readAhead(ofSeconds(1))
            .onBatch(
                1,
                batch -> {
                  running.countDown();
                  finish.await();
                })
            .start();
    for (int i = 0; i < 4; i++) {
      bench.send("" + i);
    }
    running.await();
    var closing = Thread.ofVirtual().start(worker::close);
    bench.events.await(Event.StateChanged.class, step -> step.to() == Event.State.DRAINING);
    // A colleague handles the others while the first still runs.
    var handled = new ConcurrentLinkedQueue<String>();
    bench.worker().onEach(delivery -> handled.add(delivery.text("order_id"))).start();
    Bench.await().until(() -> handled.size() == 3);
    assertThat(closing.isAlive()).isTrue();
    finish.countDown();
    closing.join();

    assertThat(worker.awaitStop().isClean()).isTrue();
    assertThat(worker.awaitStop().settled()).isEqualTo(1);
    assertThat(bench.pending()).isEmpty();
  }

  @Test
  void a_handler_that_outlasts_the_drain_is_interrupted_and_its_entry_released_unattempted()
      throws Exception {
    var interrupted = new AtomicBoolean();
    var running = new CountDownLatch(1);
    var worker =
        bench
            .worker()
            .drainTimeout(ofMillis(100))
            .onEach(
                delivery -> {
                  running.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    interrupted.set(true);
                    throw e;
                  }
                })
            .start();
    var id = bench.send("1");
    running.await();
    var report = worker.drain();

    assertThat(report.released()).isEqualTo(1);
    assertThat(report.leftBehind()).isEmpty();
    assertThat(bench.owner(id)).isEqualTo("~deferred");
    Bench.await().untilTrue(interrupted);

    var attempts = new ConcurrentLinkedQueue<Integer>();
    bench.worker().onEach(delivery -> attempts.add(delivery.attempt())).start();
    Bench.await().until(() -> !attempts.isEmpty());
    assertThat(attempts).containsExactly(1);
  }

  @Test
  void close_now_cuts_a_drain_short() throws Exception {
    var running = new CountDownLatch(1);
    var worker =
        bench
            .worker()
            .drainTimeout(ofSeconds(60))
            .onEach(
                delivery -> {
                  running.countDown();
                  new CountDownLatch(1).await();
                })
            .start();
    bench.send("1");
    running.await();
    var closing = Thread.ofVirtual().start(worker::close);
    bench.events.await(Event.StateChanged.class, step -> step.to() == Event.State.DRAINING);
    worker.closeNow();
    closing.join();
    assertThat(worker.awaitStop().released()).isEqualTo(1);
  }

  @Test
  void a_paused_worker_reads_nothing_but_lives_and_goes_on_when_resumed() {
    var handled = new ConcurrentLinkedQueue<String>();
    var worker = bench.worker().onEach(delivery -> handled.add(delivery.text("order_id"))).start();
    bench.send("before");
    Bench.await().until(() -> handled.contains("before"));
    assertThat(worker.pause()).isTrue();
    // One read may be under way; it takes what comes until it ends.
    Bench.await().until(() -> worker.health().inFlight() == 0);
    bench.send("while paused");
    var beats = beats(worker);
    Bench.await().until(() -> beats(worker) > beats + 3);
    assertThat(worker.health().isHealthy()).isTrue();
    assertThat(worker.resume()).isTrue();
    Bench.await().until(() -> handled.contains("while paused"));
  }

  private long beats(Worker worker) {
    return Long.parseLong(
        String.valueOf(
            bench.redis.command("HGET", "{orders}:processing:workers", worker.consumer())));
  }

  @Test
  void a_worker_stops_within_its_time_also_when_redis_is_gone() throws Exception {
    var running = new CountDownLatch(1);
    var worker =
        bench
            .worker()
            .drainTimeout(ofMillis(500))
            .onEach(
                delivery -> {
                  running.countDown();
                  new CountDownLatch(1).await();
                })
            .start();
    var id = bench.send("1");
    running.await();
    bench.redis.kill();
    var startedAt = System.nanoTime();
    var report = worker.drain();

    assertThat(System.nanoTime() - startedAt).isLessThan(ofSeconds(10).toNanos());
    assertThat(report.leftBehind()).containsExactly(id);
  }

  @Test
  void a_handler_that_ignores_its_interrupt_does_not_hold_up_the_end() throws Exception {
    var running = new CountDownLatch(1);
    var release = new AtomicBoolean();
    var worker =
        bench
            .worker()
            .drainTimeout(ofMillis(100))
            .onEach(
                delivery -> {
                  running.countDown();
                  while (!release.get()) {
                    LockSupport.parkNanos(1_000_000);
                    Thread.interrupted();
                  }
                })
            .start();
    bench.send("1");
    running.await();
    var report = worker.drain();
    release.set(true);
    assertThat(report.released()).isEqualTo(1);
  }

  @Test
  void a_handler_that_calls_system_exit_has_failed_an_attempt(EmbeddedRedis redis) {
    bench.send("1");
    try (var process = ChildProcess.java(ExitingWorker.class).args(redis.url()).start()) {
      assertThat(process.awaitExit(ofSeconds(30))).isEqualTo(ExitingWorker.STATUS);
    }
    assertThat(bench.pending()).isEmpty();
    assertThat(String.valueOf(redis.command("XRANGE", "{orders}:processing:dead", "-", "+")))
        .contains("~attempts, 1, ", "the handler called System.exit");
  }
}
