// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.EntryId;
import io.millhand.delivery.RetryPolicy;
import io.millhand.event.Event;
import io.millhand.inspect.Actions.Pending;
import io.millhand.inspect.Actions.Reach;
import io.millhand.inspect.Actions.Removal;
import io.millhand.inspect.Actions.Selection;
import io.millhand.inspect.Actions.TrimRule;
import io.millhand.inspect.Stray;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator does while workers are at work. */
@WithRedis(isolated = true)
class OperatorWorkTest {

  private Bench bench;
  private final Set<EntryId> handled = ConcurrentHashMap.newKeySet();

  @BeforeEach
  void open(EmbeddedRedis redis) {
    bench = new Bench(redis);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  /** Nobody takes over what a client of another kind holds, unless an operator says so. */
  private WorkerBuilder<?> patient() {
    return bench.worker().reclaimAfter(ofMinutes(10));
  }

  private EntryId heldByAnotherClient() {
    bench.redis.command("XGROUP", "CREATE", Bench.STREAM, Bench.GROUP, "0", "MKSTREAM");
    var id = bench.send("1");
    bench.redis.command("XREADGROUP", "GROUP", Bench.GROUP, "script", "STREAMS", Bench.STREAM, ">");
    return id;
  }

  private void awaitHandled(EntryId id) {
    Bench.await().until(() -> handled.contains(id) && bench.pending().isEmpty());
  }

  @Test
  void what_is_released_is_handled_by_whoever_comes_first() {
    var id = heldByAnotherClient();
    patient().onEach(delivery -> handled.add(delivery.id())).start();

    bench.millhand.operator().release(Bench.STREAM, Bench.GROUP, List.of(id));

    awaitHandled(id);
  }

  @Test
  void what_is_claimed_for_a_living_worker_is_found_and_handled_there() {
    var id = heldByAnotherClient();
    patient().consumer("w1").onEach(delivery -> handled.add(delivery.id())).start();

    bench.millhand.operator().claim(Bench.STREAM, Bench.GROUP, "w1", List.of(id));

    awaitHandled(id);
  }

  @Test
  void what_a_removed_consumer_held_is_handled() {
    var id = heldByAnotherClient();
    patient().onEach(delivery -> handled.add(delivery.id())).start();

    var removal =
        bench
            .millhand
            .operator()
            .removeConsumer(Bench.STREAM, Bench.GROUP, "script", Pending.TAKE_OVER);

    assertThat(removal.result()).isEqualTo(Removal.Result.REMOVED);
    awaitHandled(id);
  }

  @Test
  void an_entry_that_waits_for_a_retry_comes_at_once_when_it_is_released() {
    patient()
        .retry(RetryPolicy.fixed(ofMinutes(10)).maxAttempts(3))
        .onEach(
            delivery -> {
              if (delivery.attempt() == 1) {
                throw new IllegalStateException("not yet");
              }
              handled.add(delivery.id());
            })
        .start();
    var id = bench.send("1");
    bench.events.await(Event.Deferred.class);

    bench.millhand.operator().release(Bench.STREAM, Bench.GROUP, List.of(id));

    awaitHandled(id);
  }

  @Test
  void an_entry_that_waits_for_a_retry_and_is_moved_comes_no_more_and_is_not_told_as_lost() {
    patient()
        .retry(RetryPolicy.fixed(Duration.ofSeconds(1)).jitter(0).maxAttempts(3))
        .onEach(
            delivery -> {
              if (delivery.text("order_id").equals("bad")) {
                throw new IllegalStateException("not here");
              }
              handled.add(delivery.id());
            })
        .start();
    var id = bench.send("bad");
    bench.events.await(Event.Deferred.class);

    bench.millhand.operator().move(Bench.STREAM, new Selection.Ids(List.of(id)), "other");

    Bench.await()
        .until(
            () ->
                Long.valueOf(0)
                    .equals(bench.redis.command("EXISTS", "{orders}:processing:deferred")));
    var next = bench.send("good");
    awaitHandled(next);
    assertThat(bench.redis.command("XLEN", "other")).isEqualTo(1L);
    assertThat(bench.events.all(Event.Trimmed.class)).isEmpty();
  }

  @Test
  void a_trim_takes_nothing_from_a_worker() {
    patient().onEach(delivery -> handled.add(delivery.id())).start();
    EntryId last = EntryId.ZERO;
    for (int i = 0; i < 200; i++) {
      last = bench.send("" + i);
      bench
          .millhand
          .operator()
          .trim(Bench.STREAM, new TrimRule.OlderThan(Duration.ZERO), Reach.FINISHED);
    }

    awaitHandled(last);
    assertThat(handled).hasSize(200);
  }

  @Test
  void what_somebody_took_from_a_worker_is_named_by_an_audit_and_comes_back_when_redelivered()
      throws InterruptedException {
    var again = new CountDownLatch(2);
    var go = new CountDownLatch(1);
    var tries = new ConcurrentHashMap<EntryId, AtomicInteger>();
    patient()
        .consumer("w1")
        .onEach(
            delivery -> {
              var isBad = delivery.text("order_id").startsWith("bad");
              var tried =
                  tries.computeIfAbsent(delivery.id(), id -> new AtomicInteger()).incrementAndGet();
              if (isBad && tried < 3) {
                if (tried == 2) {
                  again.countDown();
                  go.await();
                }
                throw new IllegalStateException("card refused");
              }
              handled.add(delivery.id());
            })
        .start();
    var bad = List.of(bench.send("bad 1"), bench.send("bad 2"));
    var good = bench.send("good");
    again.await();
    Bench.await().until(() -> handled.contains(good));

    bench.redis.command("XGROUP", "DELCONSUMER", Bench.STREAM, Bench.GROUP, "w1");
    go.countDown();
    bench.events.await(Event.Fenced.class);

    Bench.await().until(() -> bench.events.all(Event.Fenced.class).size() == 2);
    assertThat(strays()).isEqualTo(bad);
    bench.millhand.operator().redeliver(Bench.STREAM, Bench.GROUP, bad);
    bad.forEach(this::awaitHandled);
    assertThat(strays()).isEmpty();
  }

  private List<EntryId> strays() {
    return bench.inspector.audit(Bench.STREAM, Bench.GROUP, 100, seen -> {}).strays().stream()
        .map(Stray::id)
        .toList();
  }
}
