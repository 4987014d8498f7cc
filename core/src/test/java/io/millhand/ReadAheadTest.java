// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.Fields;
import io.millhand.event.Event;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** A worker with a backlog: the next entries are asked for while it takes in those before. */
@WithRedis
class ReadAheadTest {

  private static final int BACKLOG = 20_000;

  private EmbeddedRedis redis;
  private Bench bench;
  private final Map<Integer, AtomicInteger> handled = new ConcurrentHashMap<>();

  @BeforeEach
  void open(EmbeddedRedis redis) {
    this.redis = redis;
    bench = new Bench(redis);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private void send(int from, int to) {
    var entries = IntStream.range(from, to).mapToObj(i -> Fields.of("order_id", "" + i)).toList();
    bench.producer.sendAll(entries);
  }

  private Worker start(int wanted, CountDownLatch enough) {
    return bench
        .worker()
        .concurrency(1000)
        .maxInFlight(1000)
        .onEach(
            delivery -> {
              var number = Integer.parseInt(delivery.text("order_id"));
              handled.computeIfAbsent(number, each -> new AtomicInteger()).incrementAndGet();
              if (handled.size() >= wanted) {
                enough.countDown();
              }
            })
        .start();
  }

  private List<Integer> repeated() {
    return handled.entrySet().stream()
        .filter(each -> each.getValue().get() > 1)
        .map(Map.Entry::getKey)
        .toList();
  }

  @RepeatedTest(3)
  void a_stop_in_the_middle_leaves_nothing_that_was_asked_for_behind() throws Exception {
    send(0, BACKLOG);
    var enough = new CountDownLatch(1);
    var worker = start(BACKLOG / 4, enough);
    assertThat(enough.await(20, SECONDS)).isTrue();
    var report = worker.drain();

    assertThat(report.isClean()).isTrue();
    // What was released waits; nothing is held by the worker that is gone.
    assertThat(redis.command("XINFO", "CONSUMERS", Bench.STREAM, Bench.GROUP).toString())
        .doesNotContain(worker.consumer());
    start(BACKLOG, new CountDownLatch(1));
    Bench.await().until(() -> handled.size() == BACKLOG);
    Bench.await().until(() -> bench.pending().isEmpty());
    assertThat(repeated()).isEmpty();
    assertThat(bench.events.all(Event.WorkerDied.class)).isEmpty();
  }

  @Test
  void a_connection_that_breaks_in_the_middle_loses_neither_entries_nor_permits() throws Exception {
    send(0, BACKLOG);
    var enough = new CountDownLatch(1);
    var worker = start(BACKLOG / 10, enough);
    assertThat(enough.await(20, SECONDS)).isTrue();
    for (int i = 0; i < 5; i++) {
      var before = handled.size();
      redis.command("CLIENT", "KILL", "TYPE", "normal");
      Bench.await().until(() -> handled.size() > before || handled.size() == BACKLOG);
    }

    Bench.await().until(() -> handled.size() == BACKLOG);
    Bench.await().until(() -> bench.pending().isEmpty());
    Bench.await().until(() -> worker.health().inFlight() == 0);
    // Each permit is home: as many can be held as ever.
    send(BACKLOG, BACKLOG + 3000);
    Bench.await().until(() -> handled.size() == BACKLOG + 3000);
  }

  @Test
  void a_group_that_is_deleted_in_the_middle_is_made_anew_and_nothing_is_skipped()
      throws Exception {
    send(0, BACKLOG);
    var enough = new CountDownLatch(1);
    start(BACKLOG / 10, enough);
    assertThat(enough.await(20, SECONDS)).isTrue();
    redis.command("XGROUP", "DESTROY", Bench.STREAM, Bench.GROUP);

    bench.events.await(Event.GroupRecreated.class);
    Bench.await().until(() -> handled.size() == BACKLOG);
    Bench.await().until(() -> bench.pending().isEmpty());
  }
}
