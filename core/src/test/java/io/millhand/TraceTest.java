// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.Fields;
import io.millhand.delivery.RetryPolicy;
import io.millhand.delivery.TraceContext;
import io.millhand.event.Event;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Trace context on its way with an entry. */
@WithRedis
class TraceTest {

  private static final TraceContext CONTEXT =
      new TraceContext(
          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", Optional.of("a=1"));

  private Bench bench;

  @BeforeEach
  void open(EmbeddedRedis redis) {
    bench = new Bench(redis);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Producer traced() {
    return bench
        .millhand
        .producerBuilder(Bench.STREAM)
        .trace(() -> Optional.of(CONTEXT))
        .maxEntryBytes(100)
        .build();
  }

  @Test
  void a_handler_reads_the_context_that_its_sender_gave_at_every_attempt() {
    var read = new ConcurrentLinkedQueue<Optional<TraceContext>>();
    bench
        .worker()
        .onEach(
            delivery -> {
              read.add(delivery.trace());
              if (delivery.attempt() == 1) {
                throw new IllegalStateException("once more");
              }
            })
        .start();
    traced().send(Map.of("order_id", "1"));
    bench.events.await(Event.Acked.class);
    assertThat(read).containsExactly(Optional.of(CONTEXT), Optional.of(CONTEXT));
  }

  @Test
  void a_dead_letter_keeps_the_context() {
    bench
        .worker()
        .retry(RetryPolicy.never())
        .onEach(
            delivery -> {
              throw new IllegalStateException("never");
            })
        .start();
    traced().send(Map.of("order_id", "1"));
    bench.events.await(Event.DeadLettered.class);
    assertThat(bench.redis.command("XRANGE", "{orders}:processing:dead", "-", "+").toString())
        .contains(CONTEXT.traceparent(), "a=1");
  }

  @Test
  void each_way_of_sending_adds_the_context() {
    var producer = traced();
    producer.send(Map.of("order_id", "1"));
    producer.sendAsync(Fields.of("order_id", "2")).join();
    producer.sendAll(List.of(Fields.of("order_id", "3"), Fields.of("order_id", "4")));
    assertThat(bench.rows("XRANGE", Bench.STREAM, "-", "+"))
        .hasSize(4)
        .allSatisfy(
            row ->
                assertThat(Bench.text(row, 1))
                    .endsWith(", traceparent, " + CONTEXT.traceparent() + ", tracestate, a=1]"));
  }

  @Test
  void an_entry_that_has_a_traceparent_is_left_as_it_is() {
    traced().send(Fields.of("traceparent", "mine"));
    assertThat(Bench.text(bench.rows("XRANGE", Bench.STREAM, "-", "+").get(0), 1))
        .isEqualTo("[traceparent, mine]");
  }

  @Test
  void the_context_does_not_count_as_the_entrys_own_size() {
    traced().send(Fields.of("o", "x".repeat(99)));
    assertThat(bench.redis.command("XLEN", Bench.STREAM)).isEqualTo(1L);
  }

  @Test
  void a_supplier_that_fails_costs_the_trace_and_never_the_entry() {
    var producer =
        bench
            .millhand
            .producerBuilder(Bench.STREAM)
            .trace(
                () -> {
                  throw new IllegalStateException("on purpose");
                })
            .build();
    producer.send(Map.of("order_id", "1"));
    assertThat(bench.rows("XRANGE", Bench.STREAM, "-", "+").toString())
        .contains("order_id")
        .doesNotContain("traceparent");
  }

  @Test
  void rubbish_from_a_stranger_is_as_no_context() {
    var read = new ConcurrentLinkedQueue<Optional<TraceContext>>();
    bench.worker().onEach(delivery -> read.add(delivery.trace())).start();
    bench.producer.send(
        Fields.ofPairs("traceparent".getBytes(UTF_8), "\u001b[31m00-zz\r\n".getBytes(UTF_8)));
    bench.events.await(Event.Acked.class);
    assertThat(read).containsExactly(Optional.empty());
  }
}
