// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.config.Credentials;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.error.UnavailableException;
import io.millhand.error.UncertainSendException;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.Fault;
import io.millhand.testkit.FaultProxy;
import io.millhand.testkit.WithRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever happens around it, a send ends, and a producer can be closed. */
@WithRedis(isolated = true)
class StuckSendTest {

  private static final String HUGE = "x".repeat(12 << 20);
  private static final Duration RETRY_FOR = ofSeconds(1);

  /** Its time, one more attempt with time-outs of 2 s in three places, and air. */
  private static final Duration SOON = ofSeconds(10);

  private Bench bench;

  @BeforeEach
  void open(EmbeddedRedis redis) {
    bench = new Bench(redis);
  }

  @AfterEach
  void close() {
    bench.redis.resume();
    bench.close();
  }

  private long length() {
    return (Long) bench.redis.command("XLEN", Bench.STREAM);
  }

  private static <T> T soon(CompletableFuture<T> future) {
    return future.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
  }

  private static void settled(List<CompletableFuture<EntryId>> answers) {
    soon(
        CompletableFuture.allOf(
            answers.stream()
                .map(each -> each.handle((id, error) -> id))
                .toArray(CompletableFuture[]::new)));
  }

  private static List<CompletableFuture<EntryId>> sendMany(Producer producer, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> producer.sendAsync(Fields.of("n", "" + i)))
        .toList();
  }

  private Producer hasty() {
    return bench
        .millhand
        .producerBuilder(Bench.STREAM)
        .retryFor(RETRY_FOR)
        .maxEntryBytes(64 << 20)
        .build();
  }

  @Test
  void an_error_ends_the_entries_that_it_struck_and_later_ones_are_added() {
    var struck = new AtomicBoolean();
    try (var millhand =
            Millhand.builder().uri(bench.redis.url()).credentials(() -> unless(struck)).connect();
        var producer = millhand.producer(Bench.STREAM)) {
      struck.set(true);
      var first = producer.sendAsync(Fields.of("n", "1"));
      assertThatThrownBy(() -> soon(first))
          .hasCauseInstanceOf(UnavailableException.class)
          .hasMessageContaining("not added")
          .hasRootCauseInstanceOf(OutOfMemoryError.class);
      assertThatThrownBy(() -> producer.send(Map.of("n", "2")))
          .isInstanceOf(UnavailableException.class);
      struck.set(false);
      assertThat(soon(producer.sendAsync(Fields.of("n", "3")))).isNotNull();
    }
    assertThat(length()).isEqualTo(1);
  }

  private static Credentials unless(AtomicBoolean struck) {
    if (struck.get()) {
      throw new OutOfMemoryError("as a test wants it");
    }
    return Credentials.NONE;
  }

  @Test
  void a_callback_may_leave_the_senders_thread_interrupted() {
    for (int i = 0; i < 5; i++) {
      bench.redis.pause();
      var first = bench.producer.sendAsync(Fields.of("n", "1"));
      var interrupted = first.thenRun(() -> Thread.currentThread().interrupt());
      bench.redis.resume();
      soon(interrupted);
      assertThat(soon(bench.producer.sendAsync(Fields.of("n", "2")))).isNotNull();
    }
  }

  @Test
  void a_callback_may_wait_for_what_it_sends_while_another_thread_writes() {
    try (var proxy = FaultProxy.to(bench.redis);
        var slow = new Bench(bench.redis, proxy.url())) {
      slow.send("1");
      proxy.set(new Fault.Delay(ofMillis(400), Duration.ZERO));
      var inCallback = new CountDownLatch(1);
      var chain =
          slow.producer
              .sendAsync(Fields.of("order_id", "2"))
              .thenApply(
                  id -> {
                    inCallback.countDown();
                    // The other has the connection now, and its own entry is past the queue.
                    Bench.await().until(() -> length() == 3);
                    return slow.send("4");
                  });
      var other =
          CompletableFuture.runAsync(
              () -> {
                awaitQuietly(inCallback);
                slow.send("3");
              },
              StuckSendTest::aside);
      assertThat(soon(chain)).isNotNull();
      soon(other);
    }
    assertThat(length()).isEqualTo(4);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void callbacks_may_wait_for_one_or_many_though_each_has_others_behind_it() {
    bench.redis.pause();
    var chains =
        IntStream.range(0, 2_000)
            .mapToObj(
                i -> bench.producer.sendAsync(Fields.of("n", "" + i)).thenApply(this::twoMore))
            .toList();
    bench.redis.resume();
    chains.forEach(each -> assertThat(soon(each)).isNotNull());
    assertThat(length()).isEqualTo(3 * 2_000);
  }

  private EntryId twoMore(EntryId first) {
    bench.producer.sendAll(List.of(Fields.of("after", first.toString())));
    return bench.send(first.toString());
  }

  @Test
  void entries_larger_than_the_socket_buffers_end_in_time_though_redis_has_frozen() {
    var huge = Fields.of("n", HUGE + HUGE);
    var sent = new AtomicInteger();
    var producers = List.of(hasty(), hasty(), hasty());
    // One after the other on each, so that Redis freezes while it has but a part of some.
    var stuck =
        producers.stream()
            .map(
                each ->
                    CompletableFuture.runAsync(() -> send(each, huge, sent), StuckSendTest::aside))
            .toList();
    Bench.await().until(() -> sent.get() > 2);
    bench.redis.pause();
    var producer = producers.get(0);
    var start = Instant.now();
    var others = sendMany(producer, 100);
    var waiting =
        CompletableFuture.supplyAsync(
            () -> producer.send(Map.of("n", "waiting")), StuckSendTest::aside);
    stuck.forEach(
        each ->
            assertThatThrownBy(() -> soon(each)).hasCauseInstanceOf(UncertainSendException.class));
    settled(others);
    settled(List.of(waiting));
    producers.forEach(Producer::close);
    assertThat(Duration.between(start, Instant.now())).isLessThan(SOON);
    bench.redis.resume();
    assertThat(bench.send("after")).isNotNull();
  }

  private static void send(Producer producer, Fields entry, AtomicInteger sent) {
    while (true) {
      producer.send(entry);
      sent.incrementAndGet();
    }
  }

  private static void aside(Runnable what) {
    Thread.ofVirtual().start(what);
  }

  @Test
  void a_large_entry_that_passes_slowly_is_not_given_up() {
    try (var proxy = FaultProxy.to(bench.redis);
        var millhand = Millhand.builder().uri(proxy.url()).commandTimeout(ofSeconds(2)).connect();
        var producer = millhand.producerBuilder(Bench.STREAM).maxEntryBytes(64 << 20).build()) {
      producer.send(Map.of("n", "0"));
      proxy.set(new Fault.Throttle(4 << 20));
      var start = Instant.now();
      assertThat(producer.send(Map.of("n", HUGE + HUGE))).isNotNull();
      assertThat(Duration.between(start, Instant.now())).isGreaterThan(ofSeconds(4));
    }
    assertThat(length()).isEqualTo(2);
  }

  @Test
  void close_takes_no_longer_for_many_entries_than_for_one_when_redis_has_frozen() {
    var producer = hasty();
    producer.send(Map.of("n", "0"));
    bench.redis.pause();
    var answers = sendMany(producer, 9_000);
    var start = Instant.now();
    producer.close();
    assertThat(Duration.between(start, Instant.now())).isLessThan(SOON);
    settled(answers);
    var notAdded =
        answers.stream()
            .filter(each -> each.exceptionNow() instanceof UnavailableException)
            .count();
    var uncertain =
        answers.stream()
            .filter(each -> each.exceptionNow() instanceof UncertainSendException)
            .count();
    assertThat(notAdded + uncertain).isEqualTo(9_000);
    assertThat(uncertain).isLessThan(1_000);
    bench.redis.resume();
    assertThat(length()).isLessThanOrEqualTo(1 + uncertain);
  }
}
