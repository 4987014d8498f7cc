// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.config.Retention;
import io.millhand.delivery.EntryId;
import io.millhand.redis.KeeperCommands.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** trim.lua, where it may take what is not finished. */
class HardCapTest extends OnEachServer {

  private TestWorker worker;

  @BeforeEach
  void startWorker() {
    worker = worker("w1");
  }

  private KeeperCommands.Trim cap(long entries) {
    return worker.keep().trim(Retention.hardCap(entries));
  }

  private long length() {
    return (long) raw("XLEN", KEYS.stream());
  }

  private void ack(List<Arrival> arrivals) {
    arrivals.forEach(arrival -> worker.settle(new Settlement.Ack(arrival.id())));
  }

  /** What our own keeper took. */
  private Map<String, Losses> losses() {
    var target = new SurveyCommands.Target(KEYS, EntryId.ZERO, 1);
    return inspect().survey().groups(List.of(target), serverMillis()).get(0).orElseThrow().losses();
  }

  @Test
  void a_hard_cap_trims_whatever_the_groups_have_done() {
    add(10);
    worker.take(3);

    assertThat(cap(4).count()).isEqualTo(6);
    assertThat(length()).isEqualTo(4);
  }

  @Test
  void what_was_pending_and_what_was_never_read_is_counted_for_its_group() {
    add(10);
    ack(worker.take(5).subList(0, 2));

    // Two are acked, three pending, one of the unread goes.
    assertThat(cap(4).losses()).containsExactly(new Loss(KEYS.group(), 3, 1));
  }

  @Test
  void what_is_finished_is_no_loss() {
    add(10);
    ack(worker.take(10));

    assertThat(cap(4)).isEqualTo(new KeeperCommands.Trim(6, false, List.of()));
  }

  @Test
  void each_group_is_counted_by_where_it_stands() {
    raw("XGROUP", "CREATE", KEYS.stream(), "asleep", "0");
    raw("XGROUP", "CREATE", KEYS.stream(), "slow", "0");
    add(10);
    ack(worker.take(10));
    raw("XREADGROUP", "GROUP", "slow", "c", "COUNT", "3", "STREAMS", KEYS.stream(), ">");

    assertThat(cap(4).losses())
        .containsExactlyInAnyOrder(new Loss("asleep", 0, 6), new Loss("slow", 3, 3));
  }

  @Test
  void a_deferred_entry_that_goes_is_counted_as_pending() {
    var id = add();
    add(5);
    worker.take(1);
    worker.settle(new Settlement.Defer(id, 1, ofDays(30), 1, ZERO, 1, 0, "next month"));

    assertThat(cap(5).losses()).containsExactly(new Loss(KEYS.group(), 1, 0));
  }

  @Test
  void what_was_deleted_before_is_not_counted_again() {
    var ids = add(10);
    worker.take(5);
    trimAway(ids.get(1));
    trimAway(ids.get(8));

    assertThat(cap(2).losses()).containsExactly(new Loss(KEYS.group(), 4, 2));
    assertThat(length()).isEqualTo(2);
  }

  @Test
  void losses_add_up_in_redis_where_they_can_be_read_later() {
    raw("XGROUP", "CREATE", KEYS.stream(), "asleep\n1 2", "0");
    add(10);
    worker.take(2);
    cap(8);
    cap(5);

    var losses = losses();
    assertThat(losses.get(KEYS.group()).pending()).isEqualTo(2);
    assertThat(losses.get(KEYS.group()).unread()).isEqualTo(3);
    assertThat(losses.get("asleep\n1 2").pending()).isZero();
    assertThat(losses.get("asleep\n1 2").unread()).isEqualTo(5);
    assertThat(losses.get("asleep\n1 2").last())
        .isBetween(losses.get("asleep\n1 2").first(), serverMillis());
  }

  @Test
  void a_great_loss_is_counted_in_steps_and_whole() {
    raw("XGROUP", "CREATE", KEYS.stream(), "asleep", "0");
    add(2_000);
    worker.take(700);
    long pending = 0;
    var unread = new ArrayList<Long>();
    var trimmed = cap(100);
    while (true) {
      for (var loss : trimmed.losses()) {
        pending += loss.pending();
        unread.add(loss.unread());
      }
      assertThat(trimmed.count()).isLessThanOrEqualTo(500);
      if (!trimmed.more()) {
        break;
      }
      trimmed = cap(100);
    }
    assertThat(pending).isEqualTo(700);
    assertThat(unread.stream().mapToLong(each -> each).sum()).isEqualTo(1_200 + 1_900);
    assertThat(length()).isEqualTo(100);
  }

  @Test
  void a_step_over_large_entries_takes_few_of_them() {
    var large = "x".repeat(400_000);
    for (int i = 0; i < 10; i++) {
      add("body", large);
    }

    assertThat(cap(1).count()).isLessThanOrEqualTo(3);
  }

  @Test
  void what_a_hard_cap_took_from_under_a_group_is_told_as_trimmed() {
    var ids = add(10);
    worker.take(3);
    cap(9);

    var written =
        worker.settle(
            new Settlement.Defer(ids.get(0), 1, ofSeconds(1), 1, ZERO, 1, 0, ""),
            new Settlement.Defer(ids.get(1), 1, ofSeconds(1), 1, ZERO, 1, 0, ""));

    assertThat(written.results())
        .containsExactly(new Settlement.Result.Trimmed(), new Settlement.Result.Done());
  }

  @Test
  void a_count_that_somebody_has_broken_begins_anew() {
    raw("HSET", KEYS.info(), "~lost:" + KEYS.group(), "rubbish");
    add(3);
    cap(2);

    assertThat(losses().get(KEYS.group()).unread()).isEqualTo(1);
  }

  @Test
  void the_loss_is_counted_at_maxmemory_too() {
    add(10);
    fillMemory();

    assertThat(cap(4).losses()).containsExactly(new Loss(KEYS.group(), 0, 6));
    assertThat(
            EntryId.parse(
                (String) ((List<?>) rawList("XRANGE", KEYS.stream(), "-", "+").get(0)).get(0)))
        .isNotNull();
  }
}
