// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.delivery.Delivery;
import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.delivery.Origin;
import io.millhand.delivery.Outcome;
import io.millhand.delivery.RetryPolicy;
import io.millhand.redis.Arrival;
import io.millhand.redis.Settlement.Result;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyOrderTest {

  private static final Verdict.Rules RULES =
      new Verdict.Rules(
          new Delivery.Source("orders", "processing"),
          "owner",
          RetryPolicy.fixed(Duration.ofMillis(1)),
          5,
          0,
          Duration.ofSeconds(60));

  private static final Result DONE = new Result.Done();

  /** What the order did; the deliveries that may run, and those that were parked. */
  private static final class Line implements KeyOrder.Outlet {
    final Deque<Held> ready = new ArrayDeque<>();
    final Deque<Held> parked = new ArrayDeque<>();
    final List<Duration> delays = new ArrayList<>();

    @Override
    public void start(List<Held> held) {
      ready.addAll(held);
    }

    @Override
    public void park(Held held, Duration delay) {
      parked.add(held);
      delays.add(delay);
    }

    @Override
    public void drop(Held held) {
      throw new AssertionError("nothing was lost");
    }
  }

  private final Line line = new Line();
  private final KeyOrder order = new KeyOrder("key", 8, 1 << 20, line);

  private static Held held(long id, String key) {
    return held(id, key, 0);
  }

  private static Held held(long id, String key, int crashes) {
    var entry = new Entry(new EntryId(id, 0), Fields.of("key", key));
    return new Held(new Arrival(entry, new Delivery.Count(1, 0, crashes), Origin.NEW), 0);
  }

  private void end(Held held, Outcome outcome) {
    end(held, Verdict.of(outcome, held.arrival, RULES, 0.5), new Result.Done());
  }

  private void end(Held held, Verdict verdict, Result result) {
    order.confirmed(held, verdict, result);
    order.left(held);
  }

  private void begin(Held held) {
    assertThat(held.begin(1)).isTrue();
  }

  @Test
  void entries_of_one_key_start_one_after_another_and_others_beside_them() {
    var one = held(1, "a");
    var two = held(2, "a");
    var other = held(3, "b");
    order.arrive(List.of(one, two, other));
    assertThat(line.ready).containsExactly(one, other);
    assertThat(order.blocked()).isEqualTo(1);

    begin(one);
    end(one, Outcome.ack());
    assertThat(line.ready).containsExactly(one, other, two);
    assertThat(order.blocked()).isZero();
  }

  @Test
  void a_key_waits_for_its_retry_and_goes_on_after_it() {
    var one = held(1, "a");
    var two = held(2, "a");
    order.arrive(List.of(one, two));
    begin(one);
    end(one, Outcome.failed(new IllegalStateException("not yet")));
    assertThat(line.ready).containsExactly(one);

    var again = held(1, "a");
    order.arrive(List.of(again));
    assertThat(line.ready).containsExactly(one, again);
    begin(again);
    end(again, Outcome.ack());
    assertThat(line.ready).containsExactly(one, again, two);
  }

  @Test
  void a_settlement_that_may_not_have_happened_keeps_its_key_until_redis_tells() {
    var one = held(1, "a");
    var two = held(2, "a");
    order.arrive(List.of(one, two));
    begin(one);
    end(one, Verdict.of(Outcome.ack(), one.arrival, RULES, 0), new Result.Fenced());
    assertThat(line.ready).containsExactly(one);

    assertThat(order.toCheck(10, 10, Duration.ZERO)).containsExactly(one.id());
    order.ended(List.of(one.id()));
    assertThat(line.ready).containsExactly(one, two);
  }

  @Test
  void what_waits_behind_a_retry_leaves_half_of_the_permits_to_others() {
    var one = held(1, "a");
    order.arrive(List.of(one));
    begin(one);
    end(one, Outcome.defer(Duration.ofSeconds(10)));
    for (int i = 2; i < 10; i++) {
      order.arrive(List.of(held(i, "a")));
    }
    assertThat(order.blocked()).isEqualTo(4);
    assertThat(line.parked).hasSize(4);
    assertThat(line.delays).allMatch(each -> each.compareTo(Duration.ofSeconds(9)) > 0);
    order.arrive(List.of(held(20, "b")));
    assertThat(line.ready).hasSize(2);
  }

  @Test
  void what_waits_behind_a_retry_leaves_half_of_the_bytes_to_others() {
    var small = new KeyOrder("key", 1_000, 200, line);
    small.arrive(List.of(held(1, "a")));
    var one = line.ready.remove();
    begin(one);
    small.confirmed(
        one, Verdict.of(Outcome.defer(Duration.ofSeconds(9)), one.arrival, RULES, 0), DONE);
    small.left(one);
    for (int i = 2; i < 100; i++) {
      small.arrive(List.of(held(i, "a")));
    }
    assertThat(small.blocked() * one.bytes).isLessThanOrEqualTo(100);
    assertThat(small.blocked()).isPositive();
  }

  @Test
  void those_that_were_held_when_their_key_fails_make_room_too() {
    var deliveries = new ArrayList<Held>();
    for (int i = 1; i < 9; i++) {
      deliveries.add(held(i, "a"));
    }
    order.arrive(deliveries);
    assertThat(order.blocked()).isEqualTo(7);
    begin(deliveries.get(0));
    end(deliveries.get(0), Outcome.defer(Duration.ofSeconds(10)));
    assertThat(order.blocked()).isZero();
    assertThat(line.parked).hasSize(7);
  }

  @Test
  void what_came_before_a_handler_proved_slow_makes_room_too() {
    var deliveries = new ArrayList<Held>();
    for (int i = 1; i < 9; i++) {
      deliveries.add(held(i, "a"));
    }
    order.arrive(deliveries);
    begin(line.ready.remove());
    order.makeRoom();
    assertThat(order.blocked()).isEqualTo(7);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> {
              order.makeRoom();
              assertThat(order.blocked()).isEqualTo(4);
            });
    assertThat(line.parked)
        .containsExactly(deliveries.get(7), deliveries.get(6), deliveries.get(5));
  }

  @Test
  void what_waits_behind_a_long_retry_comes_back_to_see_whether_an_operator_ended_it() {
    var one = held(1, "a");
    order.arrive(List.of(one));
    begin(one);
    end(one, Outcome.defer(Duration.ofDays(1)));
    for (int i = 2; i < 10; i++) {
      order.arrive(List.of(held(i, "a")));
    }
    assertThat(line.delays)
        .isNotEmpty()
        .allMatch(each -> each.compareTo(Duration.ofMinutes(1)) <= 0);
  }

  @Test
  void what_was_pending_when_the_worker_began_comes_first() {
    order.beginLearning();
    order.learn(new EntryId(1, 0), Fields.of("key", "a"));
    order.endLearning();
    var two = held(2, "a");
    order.arrive(List.of(two, held(3, "b")));
    assertThat(line.ready).hasSize(1);
    var one = held(1, "a");
    order.arrive(List.of(one));
    begin(one);
    end(one, Outcome.dead("no good"));
    assertThat(line.ready).contains(one, two);
  }

  @Test
  void a_suspect_does_not_wait_in_the_slot_that_another_one_needs() {
    order.beginLearning();
    order.learn(new EntryId(1, 0), Fields.of("key", "a"));
    order.endLearning();
    order.arrive(List.of(held(2, "a", 2)));
    assertThat(line.parked).hasSize(1);
    assertThat(order.blocked()).isZero();
  }

  @Test
  void entries_without_the_field_have_no_order() {
    var entry = new Entry(new EntryId(1, 0), Fields.of("other", "1"));
    var held = new Held(new Arrival(entry, Delivery.Count.FIRST, Origin.NEW), 0);
    order.arrive(List.of(held));
    assertThat(line.ready).containsExactly(held);
    assertThat(order.known()).isZero();
  }

  @Test
  void a_handler_that_runs_on_after_its_timeout_keeps_its_key() {
    var one = held(1, "a");
    var two = held(2, "a");
    order.arrive(List.of(one, two));
    begin(one);
    order.confirmed(
        one, Verdict.of(Outcome.dead("timed out"), one.arrival, RULES, 0), new Result.Done());
    assertThat(line.ready).containsExactly(one);
    order.left(one);
    assertThat(line.ready).containsExactly(one, two);
  }

  @Test
  void nothing_is_kept_of_what_has_ended() {
    for (int i = 1; i < 1000; i++) {
      var held = held(i, "k" + i % 7);
      order.arrive(List.of(held));
      begin(held);
      end(held, Outcome.ack());
    }
    assertThat(order.known()).isZero();
    assertThat(order.blocked()).isZero();
  }

  /** Against an oracle that knows all that is unfinished. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void random_ends_and_returns_never_break_the_order_of_a_key(long seed) {
    var random = new Random(seed);
    Map<String, TreeSet<Long>> unfinished = new HashMap<>();
    Map<String, Long> runs = new HashMap<>();
    Map<String, List<Long>> done = new HashMap<>();
    var away = new TreeMap<Long, String>();
    var running = new ArrayList<Held>();
    var inHands = 0;
    long next = 1;
    var entries = 600;
    for (int step = 0; step < 2_000_000; step++) {
      while (!line.ready.isEmpty()) {
        var held = line.ready.poll();
        begin(held);
        var key = held.arrival.entry().fields().text("key");
        assertThat(runs.putIfAbsent(key, held.id().millis())).isNull();
        assertThat(unfinished.get(key).first()).isEqualTo(held.id().millis());
        running.add(held);
      }
      while (!line.parked.isEmpty()) {
        var held = line.parked.poll();
        end(held, Verdict.release(held.arrival, RULES), new Result.Done());
        away.put(held.id().millis(), held.arrival.entry().fields().text("key"));
        inHands--;
      }
      if (next > entries && away.isEmpty() && running.isEmpty() && inHands == 0) {
        break;
      }
      var what = random.nextInt(3);
      if (what == 0 && next <= entries && inHands < 8) {
        var key = "k" + random.nextInt(12);
        unfinished.computeIfAbsent(key, each -> new TreeSet<>()).add(next);
        order.arrive(List.of(held(next, key)));
        next++;
        inHands++;
      } else if (what == 1 && !away.isEmpty() && inHands < 8) {
        var ids = new ArrayList<>(away.keySet());
        var id = ids.get(random.nextInt(ids.size()));
        order.arrive(List.of(held(id, away.remove(id))));
        inHands++;
      } else if (what == 2 && !running.isEmpty()) {
        var held = running.remove(random.nextInt(running.size()));
        var key = held.arrival.entry().fields().text("key");
        var id = held.id().millis();
        runs.remove(key);
        inHands--;
        var fails = random.nextInt(4) == 0;
        if (fails) {
          away.put(id, key);
          end(held, Outcome.failed(new IllegalStateException("not yet")));
        } else {
          unfinished.get(key).remove(id);
          done.computeIfAbsent(key, each -> new ArrayList<>()).add(id);
          end(held, Outcome.ack());
        }
      }
    }
    assertThat(done.values()).allSatisfy(ids -> assertThat(ids).isSorted());
    assertThat(done.values().stream().mapToInt(List::size).sum()).isEqualTo(entries);
    assertThat(order.known()).isZero();
  }
}
