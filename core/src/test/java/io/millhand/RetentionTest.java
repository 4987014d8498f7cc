// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.config.Retention;
import io.millhand.delivery.Outcome;
import io.millhand.event.Event;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Retention, with whole workers. */
@WithRedis
class RetentionTest {

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
    return (long) bench.redis.command("XLEN", Bench.STREAM);
  }

  private void send(int count) {
    for (int i = 0; i < count; i++) {
      bench.send("" + i);
    }
  }

  @Test
  void a_queue_that_deletes_on_ack_is_empty_when_all_is_handled() {
    bench
        .worker()
        .retention(Retention.deleteOnAck())
        .decide(
            delivery ->
                switch (delivery.text("order_id")) {
                  case "1" ->
                      delivery.attempt() == 1
                          ? Outcome.failed(new IllegalStateException("once"))
                          : Outcome.ack();
                  case "2" -> Outcome.dead("refused");
                  default -> Outcome.ack();
                })
        .start();
    send(100);

    bench.events.await(Event.Acked.class, 99);
    Bench.await().until(() -> length() == 0);
    assertThat(bench.pending()).isEmpty();
    assertThat(bench.events.all(Event.DeadLettered.class)).hasSize(1);
    assertThat(bench.events.all(Event.Trimmed.class)).isEmpty();
  }

  @Test
  void a_queue_that_has_another_group_deletes_nothing_and_its_keeper_tells_once() {
    send(3);
    bench.redis.command("XGROUP", "CREATE", Bench.STREAM, "other", "0");
    bench.worker().retention(Retention.deleteOnAck()).onEach(delivery -> {}).start();

    assertThat(bench.events.await(Event.DeletesNothing.class).groups()).containsExactly("other");
    bench.events.await(Event.Acked.class, 3);
    assertThat(length()).isEqualTo(3);
  }

  @Test
  void what_a_hard_cap_takes_is_told_for_each_group() {
    send(30);
    bench.redis.command("XGROUP", "CREATE", Bench.STREAM, "asleep", "0");
    bench.worker().retention(Retention.hardCap(10)).onEach(delivery -> {}).start();

    var asleep = bench.events.await(Event.CapLoss.class, loss -> loss.group().equals("asleep"));
    assertThat(asleep.unread()).isEqualTo(20);
    assertThat(asleep.pending()).isZero();
    assertThat(bench.inspector.group(Bench.STREAM, "asleep").lost().orElseThrow().unread())
        .isEqualTo(20);
    assertThat(length()).isEqualTo(10);
  }

  @Test
  void a_stream_far_longer_than_one_step_is_trimmed_without_waiting_for_the_next_turn() {
    bench.redis.command(
        "EVAL",
        "for i = 1, 300000 do redis.call('XADD', KEYS[1], '5-' .. i, 'a', '1') end redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], '$')",
        "1",
        Bench.STREAM,
        Bench.GROUP);
    bench.worker().retention(Retention.finishedBut(1_000)).onEach(delivery -> {}).start();

    bench.events.await(Event.StreamTrimmed.class, 2);
    Bench.await().atMost(ofSeconds(8)).until(() -> length() <= 1_100);
    assertThat(length()).isGreaterThanOrEqualTo(1_000);
  }

  @Test
  void a_worker_that_keeps_and_one_that_deletes_share_a_group_and_lose_nothing() {
    var keeps = bench.worker().retention(Retention.keepAll()).onEach(delivery -> {}).start();
    bench.worker().retention(Retention.deleteOnAck()).onEach(delivery -> {}).start();
    send(200);

    bench.events.await(Event.Acked.class, 200);
    assertThat(bench.events.all(Event.Trimmed.class)).isEmpty();
    keeps.close();
    var before = length();
    send(20);
    bench.events.await(Event.Acked.class, 220);
    Bench.await().until(() -> length() == before);
  }
}
