// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.error.RefusedException;
import io.millhand.error.UnavailableException;
import io.millhand.error.UncertainSendException;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.Fault;
import io.millhand.testkit.FaultProxy;
import io.millhand.testkit.WithRedis;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@WithRedis(isolated = true)
class ProducerTest {

  private Bench bench;

  @BeforeEach
  void open(EmbeddedRedis redis) {
    bench = new Bench(redis);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private long length() {
    return (Long) bench.redis.command("XLEN", Bench.STREAM);
  }

  @Test
  void an_id_that_is_returned_is_in_the_stream() {
    var id = bench.send("1");
    assertThat(bench.rows("XRANGE", Bench.STREAM, id.toString(), id.toString())).hasSize(1);
  }

  @Test
  void many_are_added_in_their_order() {
    var ids =
        bench.producer.sendAll(
            IntStream.range(0, 5000).mapToObj(i -> Fields.of("n", "" + i)).toList());
    assertThat(ids).isSorted().doesNotHaveDuplicates().hasSize(5000);
    assertThat(length()).isEqualTo(5000);
  }

  @Test
  void many_threads_may_send_at_once() throws Exception {
    var ids = new ConcurrentLinkedQueue<EntryId>();
    var threads =
        IntStream.range(0, 50)
            .mapToObj(
                t ->
                    Thread.ofVirtual()
                        .start(
                            () -> {
                              for (int i = 0; i < 100; i++) {
                                ids.add(bench.send(t + "-" + i));
                              }
                            }))
            .toList();
    for (var thread : threads) {
      thread.join();
    }
    assertThat(ids).doesNotHaveDuplicates().hasSize(5000);
    assertThat(length()).isEqualTo(5000);
  }

  @Test
  void what_is_too_large_or_empty_is_refused_before_it_is_sent() {
    try (var small = bench.millhand.producerBuilder(Bench.STREAM).maxEntryBytes(100).build()) {
      assertThatThrownBy(() -> small.send(Map.of("x", "y".repeat(100))))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("101 bytes");
      assertThatThrownBy(() -> small.send(Map.of())).isInstanceOf(RefusedException.class);
    }
    assertThat(length()).isZero();
  }

  @Test
  void a_full_redis_is_told_as_such_and_a_send_waits_until_there_is_room() {
    bench.send("1");
    bench.redis.command("CONFIG", "SET", "maxmemory", "1");
    try (var hasty =
        bench.millhand.producerBuilder(Bench.STREAM).retryFor(Duration.ofMillis(100)).build()) {
      assertThatThrownBy(() -> hasty.send(Map.of("order_id", "2")))
          .isInstanceOfSatisfying(
              UnavailableException.class,
              e -> assertThat(e.reason()).isEqualTo(UnavailableException.Reason.OUT_OF_MEMORY));
    }
    var waiting = bench.producer.sendAsync(Fields.of("order_id", "3"));
    bench.redis.command("CONFIG", "SET", "maxmemory", "0");
    assertThat(waiting.join()).isNotNull();
    assertThat(length()).isEqualTo(2);
  }

  @Test
  void a_read_only_redis_is_told_as_such_and_a_send_waits_until_it_takes_writes() {
    bench.send("1");
    bench.redis.command("REPLICAOF", "127.0.0.1", "1");
    try (var hasty =
        bench.millhand.producerBuilder(Bench.STREAM).retryFor(Duration.ofMillis(100)).build()) {
      assertThatThrownBy(() -> hasty.send(Map.of("order_id", "2")))
          .isInstanceOfSatisfying(
              UnavailableException.class,
              e -> {
                assertThat(e.reason()).isEqualTo(UnavailableException.Reason.READ_ONLY);
                assertThat(e.mayHaveBeenDone()).isFalse();
              });
    }
    var before = refusals();
    var waiting = bench.producer.sendAsync(Fields.of("order_id", "3"));
    await().until(() -> refusals() > before);
    assertThat(waiting).isNotDone();
    bench.redis.command("REPLICAOF", "NO", "ONE");
    assertThat(waiting.join()).isNotNull();
    assertThat(length()).isEqualTo(2);
  }

  /** How many commands it has refused as read-only. */
  private long refusals() {
    var count = bench.redis.info("errorstat_READONLY");
    return count == null ? 0 : Long.parseLong(count.substring("count=".length()));
  }

  @Test
  void a_send_waits_for_a_redis_that_is_away() {
    bench.send("1");
    bench.redis.kill();
    // However slow this machine is in starting a server.
    var producer = bench.millhand.producerBuilder(Bench.STREAM).retryFor(ofMinutes(1)).build();
    var waiting = CompletableFuture.supplyAsync(() -> producer.send(Map.of("a", "b")));
    bench.redis.restart();
    assertThat(waiting.join()).isNotNull();
  }

  @Test
  void a_lost_reply_is_told_as_uncertain_and_never_sent_twice() {
    try (var proxy = FaultProxy.to(bench.redis);
        var other = new Bench(bench.redis, proxy.url())) {
      var struck = proxy.when("XADD", new Fault.CutAfter(0));
      assertThatThrownBy(() -> other.send("1"))
          .isInstanceOf(UncertainSendException.class)
          .hasMessageContaining("may have been added");
      assertThat(struck).succeedsWithin(ofSeconds(5));
    }
    assertThat(length()).isEqualTo(1);
  }

  @Test
  void a_connection_that_was_cut_while_it_rested_puts_no_entry_in_doubt() {
    try (var proxy = FaultProxy.to(bench.redis);
        var other = new Bench(bench.redis, proxy.url())) {
      other.send("1");
      var rested = System.nanoTime() + Duration.ofMillis(150).toNanos();
      proxy.resetAll();
      Bench.await().until(() -> System.nanoTime() > rested);
      other.send("2");
    }
    assertThat(length()).isEqualTo(2);
  }

  @Test
  void a_callback_may_send_again_though_all_places_are_taken() {
    try (var narrow = bench.millhand.producerBuilder(Bench.STREAM).maxQueued(2).build()) {
      var chains =
          IntStream.range(0, 20)
              .mapToObj(
                  i ->
                      narrow
                          .sendAsync(Fields.of("n", "" + i))
                          .thenCompose(id -> narrow.sendAsync(Fields.of("after", id.toString()))))
              .toList();
      chains.forEach(CompletableFuture::join);
    }
    assertThat(length()).isEqualTo(40);
  }

  @Test
  void no_future_is_lost_when_the_producer_is_closed_under_its_callers() throws Exception {
    for (int round = 0; round < 20; round++) {
      var producer = bench.millhand.producerBuilder(Bench.STREAM).maxQueued(2).build();
      var futures = new ConcurrentLinkedQueue<CompletableFuture<EntryId>>();
      List<Thread> callers =
          IntStream.range(0, 6)
              .mapToObj(
                  t ->
                      Thread.ofVirtual()
                          .start(
                              () -> {
                                try {
                                  while (true) {
                                    futures.add(producer.sendAsync(Fields.of("n", "1")));
                                  }
                                } catch (RefusedException e) {
                                  // closed
                                }
                              }))
              .toList();
      Bench.await().until(() -> futures.size() > 50);
      producer.close();
      for (var caller : callers) {
        caller.join(Duration.ofSeconds(10));
        assertThat(caller.isAlive()).isFalse();
      }
      for (var future : futures) {
        try {
          future.orTimeout(10, java.util.concurrent.TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
          assertThat(e.getCause()).isInstanceOf(RefusedException.class);
        }
      }
    }
  }

  @Test
  void an_entry_of_too_many_fields_is_refused_before_it_is_sent() {
    try (var small = bench.millhand.producerBuilder(Bench.STREAM).maxFields(2).build()) {
      assertThat(small.send(Map.of("a", "1", "b", "2"))).isNotNull();
      assertThatThrownBy(() -> small.send(Map.of("a", "1", "b", "2", "c", "3")))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("3 fields is over maxFields (2)");
    }
    assertThat(bench.rows("XRANGE", Bench.STREAM, "-", "+")).hasSize(1);
  }
}
