// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.config.LostReply;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.error.RefusedException;
import io.millhand.error.SettingsException;
import io.millhand.error.UncertainSendException;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.Fault;
import io.millhand.testkit.FaultProxy;
import io.millhand.testkit.WithRedis;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Producers that add an entry once, however often it is sent. */
@WithRedis(isolated = true)
class SendOnceTest {

  private static final Map<String, String> ENTRY = Map.of("order_id", "1");

  private Bench bench;

  @BeforeEach
  void open(EmbeddedRedis redis) {
    bench = new Bench(redis);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Producer.Builder producer() {
    return bench.millhand.producerBuilder(Bench.STREAM);
  }

  private long length() {
    return (Long) bench.redis.command("XLEN", Bench.STREAM);
  }

  private List<Object> entries() {
    return List.copyOf(bench.rows("XRANGE", Bench.STREAM, "-", "+"));
  }

  @Test
  void whoever_sends_under_a_key_again_gets_the_first_id_and_adds_nothing() {
    var first = bench.producer.sendOnce("payment-1", ENTRY);

    try (var other = new Bench(bench.redis)) {
      assertThat(other.producer.sendOnce("payment-1", Map.of("another", "entry"))).isEqualTo(first);
      assertThat(other.producer.sendOnceAsync("payment-1", Fields.of(ENTRY)).join())
          .isEqualTo(first);
    }
    assertThat(length()).isEqualTo(1);
    assertThat(entries()).containsExactly(List.of(first.toString(), List.of("order_id", "1")));
  }

  @Test
  void many_who_send_under_the_same_keys_at_once_add_each_once() throws Exception {
    var keys = IntStream.range(0, 200).mapToObj(i -> "payment-" + i).toList();
    var ids = new ConcurrentHashMap<String, EntryId>();
    var different = Collections.synchronizedSet(new HashSet<String>());
    var start = new CyclicBarrier(6);
    try (var other = new Bench(bench.redis)) {
      var threads = new ArrayList<Thread>();
      for (int t = 0; t < 6; t++) {
        var producer = t % 2 == 0 ? bench.producer : other.producer;
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      await(start);
                      for (var key : keys) {
                        var id = producer.sendOnce(key, ENTRY);
                        if (!id.equals(ids.computeIfAbsent(key, none -> id))) {
                          different.add(key);
                        }
                      }
                    }));
      }
      for (var thread : threads) {
        thread.join();
      }
    }
    assertThat(different).isEmpty();
    assertThat(ids).hasSize(200);
    assertThat(length()).isEqualTo(200);
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_lost_reply_to_a_send_under_a_key_is_sent_again_and_adds_one_entry() {
    try (var proxy = FaultProxy.to(bench.redis);
        var other = new Bench(bench.redis, proxy.url())) {
      var struck = proxy.when("EVALSHA", new Fault.CutAfter(0));

      var id = other.producer.sendOnce("payment-1", ENTRY);

      assertThat(struck).succeedsWithin(ofSeconds(5));
      assertThat(entries()).containsExactly(List.of(id.toString(), List.of("order_id", "1")));
    }
  }

  @Test
  void lost_replies_are_sent_again_where_a_producer_is_told_to_and_each_entry_is_there_once() {
    try (var proxy = FaultProxy.to(bench.redis);
        var other = new Bench(bench.redis, proxy.url());
        var producer =
            other
                .millhand
                .producerBuilder(Bench.STREAM)
                .lostReply(LostReply.SEND_AGAIN)
                .retryFor(ofMinutes(1))
                .build()) {
      var struck =
          List.of(
              proxy.when("order-7\r", new Fault.CutAfter(0)),
              proxy.when("order-700\r", new Fault.CutAfter(1000)),
              proxy.when("order-1900\r", new Fault.CutAfter(17)));

      var ids =
          producer.sendAll(
              IntStream.range(0, 2000).mapToObj(i -> Fields.of("id", "order-" + i)).toList());

      assertThat(struck).allSatisfy(each -> assertThat(each).succeedsWithin(ofSeconds(5)));
      assertThat(ids).hasSize(2000).doesNotHaveDuplicates();
      var rows = entries();
      assertThat(rows).hasSize(2000);
      assertThat(rows.stream().map(row -> Bench.text(row, 1)).distinct()).hasSize(2000);
    }
  }

  @Test
  void an_entry_in_doubt_is_told_as_such_when_its_time_is_over_and_may_be_sent_again() {
    try (var proxy = FaultProxy.to(bench.redis);
        var other = new Bench(bench.redis, proxy.url());
        var hasty = other.millhand.producerBuilder(Bench.STREAM).retryFor(ofMillis(300)).build()) {
      // One for each try: more than there are within its time.
      var losses =
          IntStream.range(0, 100)
              .mapToObj(i -> proxy.when("EVALSHA", new Fault.CutAfter(0)))
              .toList();

      assertThatThrownBy(() -> hasty.sendOnce("payment-1", ENTRY))
          .isInstanceOf(UncertainSendException.class)
          .hasMessageContaining("may have been added")
          .hasMessageContaining("under the same key adds it once");

      assertThat(losses.get(1)).succeedsWithin(ofSeconds(5));
      losses.forEach(each -> each.cancel(true));
      hasty.sendOnce("payment-1", ENTRY);
      assertThat(length()).isEqualTo(1);
    }
  }

  @Test
  void a_key_that_cannot_be_is_refused_before_anything_is_sent() {
    assertThatThrownBy(() -> bench.producer.sendOnce("", ENTRY))
        .isInstanceOf(RefusedException.class);
    assertThatThrownBy(
            () -> bench.producer.sendOnceAsync("k".repeat(16_385), Fields.of(ENTRY)).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(RefusedException.class);
    var wide = Fields.of(IntStream.range(0, 7_002).mapToObj(i -> "" + i).toArray(String[]::new));
    try (var generous = producer().maxFields(10_000).build()) {
      assertThatThrownBy(() -> generous.sendOnce("payment-1", wide))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("3501 fields")
          .hasMessageContaining("3500 are the most");
    }
    try (var careful = producer().maxFields(10_000).lostReply(LostReply.SEND_AGAIN).build()) {
      assertThatThrownBy(() -> careful.send(wide)).isInstanceOf(RefusedException.class);
    }
    assertThat(length()).isZero();
  }

  @Test
  void a_window_must_outlast_all_that_is_sent_again() {
    assertThatThrownBy(() -> producer().retryFor(ofSeconds(10)).onceWindow(ofSeconds(20)).build())
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("onceWindow (PT20S) must be more than twice retryFor (PT10S)");
    assertThatThrownBy(() -> producer().retryFor(ofMillis(1)).onceWindow(ofMillis(999)).build())
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("onceWindow must be between");
    assertThatCode(() -> producer().retryFor(ofMinutes(60)).build()).doesNotThrowAnyException();
    assertThatCode(() -> producer().onceWindow(ofSeconds(21)).build()).doesNotThrowAnyException();
  }

  @Test
  void markers_are_gone_when_their_time_is_over() {
    try (var careful = producer().lostReply(LostReply.SEND_AGAIN).retryFor(ofSeconds(1)).build();
        var usual = producer().build()) {
      careful.send(ENTRY);
      usual.sendOnce("payment-1", ENTRY);
    }

    var markers = bench.rows("KEYS", "{orders}:once:*");
    assertThat(markers).hasSize(2);
    assertThat(markers.stream().map(key -> (Long) bench.redis.command("PTTL", (String) key)))
        .allSatisfy(left -> assertThat(left).isBetween(1L, 600_000L))
        .anySatisfy(left -> assertThat(left).isLessThanOrEqualTo(12_000L));
  }
}
