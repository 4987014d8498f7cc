// SPDX-License-Identifier: Apache-2.0
package io.millhand.micrometer;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millhand.Millhand;
import io.millhand.WorkerBuilder;
import io.millhand.config.WorkerSettings.ShutdownHook;
import io.millhand.delivery.Entry;
import io.millhand.delivery.Outcome;
import io.millhand.delivery.RetryPolicy;
import io.millhand.error.RefusedException;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a real Redis. */
@WithRedis
class MillhandMetricsTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MillhandMetrics metrics = MillhandMetrics.listener(registry);
  private Millhand millhand;

  @BeforeEach
  void connect(EmbeddedRedis redis) {
    millhand = Millhand.builder().uri(redis.url()).commandTimeout(ofSeconds(2)).connect();
  }

  @AfterEach
  void close() {
    millhand.close();
  }

  private WorkerBuilder<Entry> worker(MillhandMetrics listener) {
    return millhand
        .worker("orders", "g")
        .heartbeatEvery(ofMillis(100))
        .lease(ofSeconds(1))
        .reconnectGrace(ofMillis(400))
        .retry(RetryPolicy.fixed(ofMillis(10)).jitter(0).maxAttempts(2))
        .shutdownHook(ShutdownHook.OFF)
        .listener(listener);
  }

  private void send(String orderId) {
    millhand.producer("orders").send(Map.of("order_id", orderId));
  }

  private double count(String name, String... tags) {
    return registry.get(name).tags(tags).counter().count();
  }

  private double gauge(String name, String... tags) {
    return registry.get(name).tags(tags).gauge().value();
  }

  private Timer timer(String name, String... tags) {
    return registry.get(name).tags(tags).timer();
  }

  private static void until(Runnable assertion) {
    await().atMost(ofSeconds(20)).pollInterval(ofMillis(10)).untilAsserted(assertion::run);
  }

  @Test
  void what_becomes_of_entries_is_counted_and_timed_with_stream_and_group() {
    worker(metrics)
        .decide(
            delivery ->
                switch (delivery.text("order_id")) {
                  case "fails" -> throw new IllegalStateException("always");
                  case "later" ->
                      delivery.count().deliveries() > 1
                          ? Outcome.ack()
                          : Outcome.defer(ofMillis(10));
                  case "dead" -> Outcome.dead("enough");
                  default -> Outcome.ack();
                })
        .start();
    for (var id : new String[] {"1", "fails", "later", "dead"}) {
      send(id);
    }
    until(
        () -> {
          var where = new String[] {"stream", "orders", "group", "g", "outcome", "acked"};
          assertThat(timer("millhand.worker.handler", where).count()).isEqualTo(2);
          assertThat(timer("millhand.worker.handler", "outcome", "retried").count()).isEqualTo(1);
          assertThat(timer("millhand.worker.handler", "outcome", "deferred").count()).isEqualTo(1);
          assertThat(timer("millhand.worker.handler", "outcome", "dead").count()).isEqualTo(2);
        });
    assertThat(timer("millhand.worker.end.to.end", "outcome", "acked"))
        .satisfies(
            all -> assertThat(all.count()).isEqualTo(2),
            all -> assertThat(all.max(SECONDS)).isLessThan(20));
    assertThat(timer("millhand.worker.queue").count()).isEqualTo(6);
    assertThat(count("millhand.worker.handlers.started", "attempt", "first")).isEqualTo(5);
    assertThat(count("millhand.worker.handlers.started", "attempt", "later")).isEqualTo(1);
    assertThat(count("millhand.worker.failures", "exception", "IllegalStateException"))
        .isEqualTo(2);
    assertThat(count("millhand.worker.dead.letters", "reason", "attempts")).isEqualTo(1);
    assertThat(count("millhand.worker.dead.letters", "reason", "handler")).isEqualTo(1);
    assertThat(count("millhand.worker.deferred", "cause", "failed")).isEqualTo(1);
    assertThat(count("millhand.worker.deferred", "cause", "asked")).isEqualTo(1);
    assertThat(registry.get("millhand.worker.read").tags("origin", "new").summary().totalAmount())
        .isEqualTo(4);
    assertThat(count("millhand.worker.duplicates.suspected", "reason", "redelivered")).isZero();
  }

  @Test
  void permits_and_what_is_in_flight_are_seen_as_they_are_now() {
    var finish = new CountDownLatch(1);
    worker(metrics).concurrency(2).maxInFlight(3).onEach(delivery -> finish.await()).start();
    for (int i = 0; i < 3; i++) {
      send("" + i);
    }
    until(() -> assertThat(gauge("millhand.worker.handlers.running")).isEqualTo(2));
    assertThat(gauge("millhand.worker.in.flight")).isBetween(2.0, 3.0);
    assertThat(gauge("millhand.worker.permits")).isEqualTo(3);
    assertThat(gauge("millhand.worker.permits.free")).isLessThanOrEqualTo(1);
    finish.countDown();
    until(() -> assertThat(gauge("millhand.worker.in.flight")).isZero());
  }

  @Test
  void life_is_seen_also_while_redis_is_away(EmbeddedRedis redis) {
    worker(metrics).onEach(delivery -> {}).start();
    until(() -> assertThat(gauge("millhand.worker.registered")).isEqualTo(1));
    until(() -> assertThat(gauge("millhand.worker.keeper")).isEqualTo(1));
    assertThat(gauge("millhand.worker.workers", "state", "running")).isEqualTo(1);
    assertThat(gauge("millhand.worker.workers", "state", "draining")).isZero();
    assertThat(count("millhand.worker.registrations")).isEqualTo(1);

    redis.kill();
    until(() -> assertThat(gauge("millhand.worker.outage")).isEqualTo(1));
    until(() -> assertThat(gauge("millhand.worker.registered")).isZero());
    until(() -> assertThat(gauge("millhand.worker.heartbeat.age")).isGreaterThan(1));
    assertThat(gauge("millhand.worker.loop.age")).isLessThan(20);

    redis.restart();
    until(() -> assertThat(timer("millhand.worker.outages").count()).isEqualTo(1));
    until(() -> assertThat(gauge("millhand.worker.registered")).isEqualTo(1));
    assertThat(count("millhand.worker.registrations")).isGreaterThan(1);
    assertThat(count("millhand.worker.fenced.off")).isPositive();
  }

  @Test
  void an_entry_that_another_consumer_had_is_a_suspected_duplicate(EmbeddedRedis redis) {
    redis.command("XGROUP", "CREATE", "orders", "g", "0", "MKSTREAM");
    redis.command("XADD", "orders", "*", "order_id", "1");
    redis.command("XREADGROUP", "GROUP", "g", "script", "STREAMS", "orders", ">");
    worker(metrics).reclaimAfter(ofMillis(100)).onEach(delivery -> {}).start();
    until(
        () ->
            assertThat(count("millhand.worker.duplicates.suspected", "reason", "redelivered"))
                .isEqualTo(1));
    until(() -> assertThat(count("millhand.worker.reclaimed")).isEqualTo(1));
  }

  @Test
  void an_id_that_is_no_time_has_no_end_to_end_time(EmbeddedRedis redis) {
    redis.command("XADD", "orders", "1-1", "order_id", "1");
    worker(metrics).onEach(delivery -> {}).start();
    until(
        () ->
            assertThat(timer("millhand.worker.handler", "outcome", "acked").count()).isEqualTo(1));
    assertThat(timer("millhand.worker.end.to.end", "outcome", "acked").count()).isZero();
  }

  @Test
  void meters_go_with_the_last_worker_of_their_group_but_its_drain_stays_until_the_end() {
    var one = worker(metrics).onEach(delivery -> {}).start();
    var two = worker(metrics).onEach(delivery -> {}).start();
    assertThat(gauge("millhand.worker.workers", "state", "running")).isEqualTo(2);
    assertThat(gauge("millhand.worker.permits")).isEqualTo(2048);
    one.close();
    assertThat(gauge("millhand.worker.workers", "state", "running")).isEqualTo(1);
    assertThat(gauge("millhand.worker.permits")).isEqualTo(1024);
    two.close();
    assertThat(registry.getMeters())
        .extracting(meter -> meter.getId().getName())
        .containsExactly("millhand.worker.drain");
    assertThat(timer("millhand.worker.drain", "stream", "orders", "outcome", "clean").count())
        .isEqualTo(2);

    metrics.close();
    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void a_worker_that_cannot_start_leaves_no_meters_and_harms_no_others() {
    worker(metrics).consumer("pod-0").onEach(delivery -> {}).start();
    Assertions.assertThatThrownBy(
            () -> worker(metrics).consumer("pod-0").onEach(delivery -> {}).start())
        .isInstanceOf(RefusedException.class);
    assertThat(gauge("millhand.worker.workers", "state", "running")).isEqualTo(1);
    send("1");
    until(
        () ->
            assertThat(timer("millhand.worker.handler", "outcome", "acked").count()).isEqualTo(1));
  }

  @Test
  void consumers_have_meters_of_their_own_only_where_that_is_asked_for() {
    try (var each = MillhandMetrics.listener(registry, MillhandMetrics.Detail.CONSUMER)) {
      var worker = worker(each).consumer("pod-0").onEach(delivery -> {}).start();
      assertThat(gauge("millhand.worker.permits", "consumer", "pod-0")).isEqualTo(1024);
      worker.close();
    }
    worker(metrics).onEach(delivery -> {}).start();
    assertThat(registry.getMeters())
        .extracting(Meter::getId)
        .allSatisfy(id -> assertThat(id.getTag("consumer")).isNull());
  }
}
