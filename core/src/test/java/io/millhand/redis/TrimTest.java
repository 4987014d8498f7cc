// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.config.Retention;
import io.millhand.delivery.EntryId;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** trim.lua */
class TrimTest extends OnEachServer {

  private TestWorker worker;

  @BeforeEach
  void startWorker() {
    worker = worker("w1");
    // One entry in a node of the stream: what may go goes, instead of whole nodes alone.
    raw("CONFIG", "SET", "stream-node-max-entries", "1");
  }

  @org.junit.jupiter.api.AfterEach
  void resetNodes() {
    raw("CONFIG", "SET", "stream-node-max-entries", "100");
  }

  private long trimFinished() {
    return worker.keep().trim(Retention.finished(ZERO)).count();
  }

  private List<String> left() {
    return rawList("XRANGE", KEYS.stream(), "-", "+").stream()
        .map(entry -> (String) ((List<?>) entry).get(0))
        .toList();
  }

  private void ack(EntryId... ids) {
    for (var id : ids) {
      worker.settle(new Settlement.Ack(id));
    }
  }

  @Test
  void what_the_group_has_finished_goes_but_for_the_last() {
    addAs("5-1");
    addAs("5-2");
    addAs("5-3");
    worker.take(3).forEach(arrival -> ack(arrival.id()));

    assertThat(trimFinished()).isEqualTo(2);
    assertThat(left()).containsExactly("5-3");
  }

  @Test
  void nothing_goes_from_the_lowest_pending_entry_on() {
    addAs("5-1");
    addAs("5-2");
    addAs("5-3");
    var ids = worker.take(3).stream().map(Arrival::id).toList();
    ack(ids.get(0), ids.get(2));

    trimFinished();

    assertThat(left()).containsExactly("5-2", "5-3");
  }

  @Test
  void a_deferred_entry_holds_the_stream_from_its_id_on() {
    var first = addAs("5-1");
    addAs("5-2");
    worker.take(2);
    worker.settle(new Settlement.Defer(first, 1, ofDays(30), 1, ZERO, 1, 0, "next month"));
    ack(EntryId.parse("5-2"));

    assertThat(trimFinished()).isZero();
  }

  @Test
  void nothing_goes_that_the_group_has_not_been_given() {
    addAs("5-1");
    addAs("5-2");
    ack(worker.take());

    assertThat(trimFinished()).isZero();
    assertThat(left()).containsExactly("5-1", "5-2");
  }

  @Test
  void nothing_goes_that_any_other_group_has_not_finished() {
    raw("XGROUP", "CREATE", KEYS.stream(), "slow", "0");
    addAs("5-1");
    addAs("5-2");
    addAs("5-3");
    addAs("5-4");
    worker.take(4).forEach(arrival -> ack(arrival.id()));
    raw("XREADGROUP", "GROUP", "slow", "c", "COUNT", "3", "STREAMS", KEYS.stream(), ">");
    raw("XACK", KEYS.stream(), "slow", "5-1", "5-3");

    trimFinished();

    assertThat(left()).containsExactly("5-2", "5-3", "5-4");
  }

  @Test
  void a_group_that_nobody_works_on_holds_the_whole_stream() {
    raw("XGROUP", "CREATE", KEYS.stream(), "forgotten", "0");
    addAs("5-1");
    addAs("5-2");
    worker.take(2).forEach(arrival -> ack(arrival.id()));

    assertThat(trimFinished()).isZero();
    assertThat(left()).containsExactly("5-1", "5-2");
  }

  @Test
  void what_is_younger_than_its_time_stays() {
    addAs("5-1");
    var young = List.of(add(), add());
    worker.take(3).forEach(arrival -> ack(arrival.id()));

    assertThat(worker.keep().trim(Retention.finished(ofHours(1))).count()).isEqualTo(1);
    assertThat(left()).isEqualTo(young.stream().map(EntryId::toString).toList());
  }

  @Test
  void entries_may_be_kept_for_a_century() {
    addAs("5-1");
    addAs("5-2");
    worker.take(2).forEach(arrival -> ack(arrival.id()));

    assertThat(worker.keep().trim(Retention.finished(ofDays(36_500))).count()).isZero();
    assertThat(left()).containsExactly("5-1", "5-2");
  }

  @Test
  void everything_is_kept_where_that_is_the_setting() {
    addAs("5-1");
    addAs("5-2");
    worker.take(2).forEach(arrival -> ack(arrival.id()));

    assertThat(worker.keep().trim(Retention.keepAll()).count()).isZero();
    assertThat(left()).hasSize(2);
  }

  @Test
  void so_many_of_the_newest_stay_at_least_though_they_are_finished() {
    add(10);
    worker.take(10).forEach(arrival -> ack(arrival.id()));

    assertThat(worker.keep().trim(Retention.finishedBut(4)).count()).isEqualTo(6);
    assertThat(worker.keep().trim(Retention.finishedBut(4)).count()).isZero();
    assertThat(left()).hasSize(4);
  }

  @Test
  void no_node_is_broken_up_so_more_may_stay_than_the_newest_but_never_fewer() {
    raw("CONFIG", "SET", "stream-node-max-entries", "100");
    add(250);
    worker.take(250).forEach(arrival -> ack(arrival.id()));

    assertThat(worker.keep().trim(Retention.finishedBut(120)).count()).isEqualTo(100);
    assertThat(left()).hasSize(150);
  }

  @Test
  void the_newest_stay_and_so_does_what_is_younger_than_its_time() {
    addAs("5-1");
    addAs("5-2");
    add(2);
    worker.take(4).forEach(arrival -> ack(arrival.id()));

    worker.keep().trim(new Retention.Finished(ofHours(1), 3));
    assertThat(left()).hasSize(3);
    worker.keep().trim(new Retention.Finished(ofHours(1), 1));
    assertThat(left()).hasSize(2);
  }

  @Test
  void a_long_stream_goes_in_steps_and_each_tells_whether_more_may_go_at_once() {
    raw("CONFIG", "SET", "stream-node-max-entries", "100");
    raw(
        "EVAL",
        "for i = 1, 25000 do redis.call('XADD', KEYS[1], '5-' .. i, 'a', '1') end",
        "1",
        KEYS.stream());
    raw("XGROUP", "SETID", KEYS.stream(), KEYS.group(), "5-25000");

    var first = worker.keep().trim(Retention.finished(ZERO));
    assertThat(first.count()).isEqualTo(10_000);
    assertThat(first.more()).isTrue();
    assertThat(worker.keep().trim(Retention.finished(ZERO)).more()).isTrue();
    assertThat(trimFinished()).isEqualTo(4_900);
    assertThat(worker.keep().trim(Retention.finished(ZERO)).more()).isFalse();
  }

  @Test
  void a_worker_that_is_not_registered_trims_nothing() {
    addAs("5-1");
    addAs("5-2");
    worker.take(2).forEach(arrival -> ack(arrival.id()));
    raw("HDEL", KEYS.info(), "w1");

    assertThat(trimFinished()).isZero();
    assertThat(worker.keep().trim(Retention.hardCap(1)).count()).isZero();
    assertThat(left()).hasSize(2);
  }

  @Test
  void trimming_twice_finds_nothing_the_second_time() {
    addAs("5-1");
    addAs("5-2");
    worker.take(2).forEach(arrival -> ack(arrival.id()));
    trimFinished();

    assertThat(trimFinished()).isZero();
  }

  @Test
  void nothing_goes_while_our_own_group_is_gone_whatever_the_others_have_done() {
    raw("XGROUP", "CREATE", KEYS.stream(), "fast", "0");
    addAs("5-1");
    addAs("5-2");
    raw("XREADGROUP", "GROUP", "fast", "c", "NOACK", "STREAMS", KEYS.stream(), ">");
    raw("XGROUP", "DESTROY", KEYS.stream(), KEYS.group());

    assertThat(trimFinished()).isZero();
    assertThat(left()).containsExactly("5-1", "5-2");
  }
}
