// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.time.Duration.ofMillis;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.Origin;
import io.millhand.delivery.RetryPolicy;
import io.millhand.event.Event;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.Fault;
import io.millhand.testkit.FaultProxy;
import io.millhand.testkit.WithRedis;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Redis refuses although it is well. */
@WithRedis(isolated = true)
class RefusalTest {

  private Bench bench;

  @BeforeEach
  void open(EmbeddedRedis redis) {
    bench = new Bench(redis);
  }

  @AfterEach
  void close() {
    bench.close();
    bench.redis.command("ACL", "DELUSER", "app");
  }

  @Test
  void a_settlement_that_is_refused_is_tried_until_it_is_taken_and_holds_nobody_back() {
    bench.redis.command("SET", "{orders}:processing:dead", "not a stream");
    var worker =
        bench
            .worker()
            .retry(RetryPolicy.never())
            .onEach(
                delivery -> {
                  if (delivery.text("order_id").equals("bad")) {
                    throw new IllegalArgumentException("bad");
                  }
                })
            .start();
    var bad = bench.send("bad");
    assertThat(bench.events.await(Event.SettleRefused.class).id()).isEqualTo(bad);
    var good = IntStream.range(0, 50).mapToObj(i -> bench.send("good-" + i)).toList();

    assertThat(bench.events.await(Event.Acked.class, good.size()))
        .extracting(Event.Acked::id)
        .containsExactlyInAnyOrderElementsOf(good);
    assertThat(bench.pending()).containsExactly(bad.toString());
    assertThat(worker.health().isHealthy()).isFalse();
    assertThat(worker.health().problems()).containsExactly("Redis refuses 1 settlements");

    bench.redis.command("DEL", "{orders}:processing:dead");
    assertThat(bench.events.await(Event.DeadLettered.class).id()).isEqualTo(bad);
    Bench.await().until(() -> worker.health().isHealthy());
    assertThat(bench.pending()).isEmpty();
    assertThat(bench.events.all(Event.SettleRefused.class)).as("told once").hasSize(1);
  }

  @Test
  void while_its_reads_are_refused_a_worker_asks_less_and_less_often() {
    bench.redis.command(
        "ACL", "SETUSER", "app", "on", ">tulip", "~*", "&*", "+@all", "-xreadgroup");
    bench.redis.command("CONFIG", "RESETSTAT");
    try (var app = new Bench(bench.redis, bench.redis.url().replace("://", "://app:tulip@"))) {
      app.worker().onEach(delivery -> {}).start();
      Bench.await().until(() -> refusals() >= 6);
      bench.redis.command("ACL", "SETUSER", "app", "+xreadgroup");

      // The waits between the second try and the sixth, each shortened by chance to its half.
      assertThat(app.events.await(Event.OutageEnded.class).lasted())
          .isGreaterThan(ofMillis((100 + 200 + 400 + 800) / 2));
      assertThat(app.events.all(Event.OutageStarted.class)).as("told once").hasSize(1);
    }
  }

  @Test
  void an_entry_that_redis_will_not_send_holds_up_no_other() {
    bench.worker().onEach(delivery -> {}).start();
    bench.redis.command("CONFIG", "SET", "client-output-buffer-limit", "normal 200kb 0 0");
    var large = bench.send("large" + "-".repeat(700_000));
    var good = IntStream.range(0, 50).mapToObj(i -> bench.send("good-" + i)).toList();

    assertThat(bench.events.await(Event.Acked.class, good.size()))
        .extracting(Event.Acked::id)
        .containsExactlyInAnyOrderElementsOf(good);
    assertThat(bench.pending()).containsExactly(large.toString());
    bench.redis.command("CONFIG", "SET", "client-output-buffer-limit", "normal 0 0 0");
  }

  @Test
  void what_a_lost_reply_brought_is_found_where_old_reads_may_not_be_ended_by_client_kill() {
    bench.redis.command(
        "ACL", "SETUSER", "app", "on", ">tulip", "~*", "&*", "+@all", "-client|kill");
    var handled = new ConcurrentLinkedQueue<String>();
    try (var proxy = FaultProxy.to(bench.redis);
        var app = new Bench(bench.redis, proxy.url().replace("://", "://app:tulip@"))) {
      app.worker().onEach(delivery -> handled.add(delivery.text("order_id"))).start();
      // On a busy machine the blocked read may end before the entry comes, and its empty reply be
      // cut.
      for (int i = 1; i <= 40 && !foundUnheld(app); i++) {
        proxy.when("\r\nBLOCK\r\n", new Fault.CutAfter(0)).orTimeout(10, SECONDS).join();
        bench.send("" + i);
        app.events.await(Event.Acked.class, i);
      }
      assertThat(foundUnheld(app)).isTrue();
    }
    assertThat(handled).doesNotHaveDuplicates();
    assertThat(bench.pending()).isEmpty();
  }

  private int refusals() {
    var count = bench.redis.info("errorstat_NOPERM");
    return count == null ? 0 : Integer.parseInt(count.replace("count=", ""));
  }

  private static boolean foundUnheld(Bench app) {
    return app.events.all(Event.Read.class).stream()
        .anyMatch(read -> read.origin() == Origin.UNHELD);
  }
}
