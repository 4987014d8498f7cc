// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.EntryId;
import io.millhand.redis.Settlement.Result;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** finish.lua, and dead.lua where it deletes. */
class FinishTest extends OnEachServer {

  private TestWorker worker;

  @BeforeEach
  void startWorker() {
    worker = worker("w1").deletingOnAck();
  }

  private List<EntryId> left() {
    return rawList("XRANGE", KEYS.stream(), "-", "+").stream()
        .map(entry -> EntryId.parse((String) ((List<?>) entry).get(0)))
        .toList();
  }

  private static Settlement.Dead dead(EntryId id) {
    return new Settlement.Dead(id, 1, 0, List.of("~id", id.toString()));
  }

  @Test
  void what_is_acked_is_deleted() {
    var ids = add(3);
    worker.take(2);

    assertThat(worker.result(new Settlement.Ack(ids.get(0)))).isEqualTo(new Result.Done());
    assertThat(left()).containsExactly(ids.get(1), ids.get(2));
    assertThat(pendingIds()).containsExactly(ids.get(1));
  }

  @Test
  void many_go_in_one_call_and_those_that_were_not_pending_are_counted() {
    add(1_200);
    var acks =
        worker.take(1_200).stream()
            .map(arrival -> (Settlement) new Settlement.Ack(arrival.id()))
            .toArray(Settlement[]::new);
    assertThat(worker.settle(acks).ackMissing()).isZero();
    assertThat(left()).isEmpty();
    assertThat(worker.settle(acks).ackMissing()).isEqualTo(1_200);
  }

  @Test
  void what_came_back_goes_with_its_records() {
    var id = add();
    worker.take();
    worker.settle(new Settlement.Defer(id, 1, ZERO, 1, ZERO, 1, 0, "once"));
    assertThat(left()).containsExactly(id);
    assertThat(worker.dueIds()).containsExactly(id);

    worker.settle(new Settlement.AckRecorded(id));
    assertThat(left()).isEmpty();
    assertThat(failureText(id)).isNull();
    assertThat(pendingIds()).isEmpty();
  }

  @Test
  void what_the_keeper_took_meanwhile_stays_acked_where_another_group_keeps_it_in_the_stream() {
    raw("XGROUP", "CREATE", KEYS.stream(), "billing", "0");
    var keeper = worker("keeper");
    var ids = add(2);
    worker.take(2);
    keeper.keep().handOn(worker.seenBy(keeper), ids);

    worker.settle(new Settlement.Ack(ids.get(0)));

    assertThat(left()).isEqualTo(ids);
    assertThat(failureText(ids.get(0))).isNull();
    assertThat(keeper.dueIds()).containsExactly(ids.get(1));
  }

  @Test
  void a_deferred_entry_keeps_its_body_while_all_around_it_goes() {
    var ids = add(3);
    worker.take(3);
    worker.settle(
        new Settlement.Ack(ids.get(0)),
        new Settlement.Defer(ids.get(1), 1, ofMinutes(1), 1, ZERO, 1, 0, ""),
        new Settlement.Ack(ids.get(2)));

    assertThat(left()).containsExactly(ids.get(1));
  }

  @Test
  void while_the_stream_has_another_group_nothing_is_deleted() {
    raw("XGROUP", "CREATE", KEYS.stream(), "other", "$");
    var ids = add(2);
    worker.take(2);
    worker.settle(new Settlement.Ack(ids.get(0)), dead(ids.get(1)));

    assertThat(pendingIds()).isEmpty();
    assertThat(left()).isEqualTo(ids);
    raw("XGROUP", "DESTROY", KEYS.stream(), "other");
    add();
    worker.settle(new Settlement.Ack(worker.take()));
    assertThat(left()).isEqualTo(ids);
  }

  @Test
  void while_our_own_group_is_gone_nothing_is_deleted() {
    raw("XGROUP", "CREATE", KEYS.stream(), "other", "0");
    var id = add();
    worker.take();
    raw("XGROUP", "DESTROY", KEYS.stream(), KEYS.group());
    worker.settle(new Settlement.Ack(id));

    assertThat(left()).containsExactly(id);
  }

  @Test
  void a_dead_letter_with_its_whole_body_takes_the_entry_along() {
    var id = add("a", "1");
    worker.take();

    assertThat(worker.result(dead(id))).isEqualTo(new Result.Done());
    assertThat(left()).isEmpty();
    assertThat(rawList("XRANGE", KEYS.dead(), "-", "+").toString())
        .contains("fields")
        .contains("a");
  }

  @Test
  void what_another_deleted_with_its_ack_between_claim_and_fetch_is_no_loss() {
    var ids = add(2);
    worker.take(2);
    var other = worker("w2");
    worker.settle(
        new Settlement.Defer(ids.get(0), 1, ZERO, 1, ZERO, 1, 0, ""),
        new Settlement.Defer(ids.get(1), 1, ZERO, 1, ZERO, 1, 0, ""));
    assertThat(other.dueIds()).containsExactlyElementsOf(ids);
    var mine = other.read().ownPending(EntryId.ZERO, 10);
    // A late ack of an earlier delivery; and somebody who deletes without an ack.
    worker.settle(new Settlement.AckRecorded(ids.get(0)));
    trimAway(ids.get(1));

    var trimmed = new ArrayList<EntryId>();
    assertThat(other.read().bring(mine, trimmed)).isEmpty();
    assertThat(trimmed).containsExactly(ids.get(1));
  }

  @Test
  void a_settlement_of_what_another_has_acked_and_deleted_is_fenced_and_no_loss() {
    var id = add();
    worker.take();
    var other = worker("w2").deletingOnAck();
    worker.settle(new Settlement.Defer(id, 1, ZERO, 1, ZERO, 1, 0, ""));
    other.dueIds();
    worker.settle(new Settlement.AckRecorded(id));

    assertThat(other.result(new Settlement.Defer(id, 2, ZERO, 2, ZERO, 2, 0, "")))
        .isEqualTo(new Result.Fenced());
    assertThat(other.result(new Settlement.Dead(id, 2, 0, List.of())))
        .isEqualTo(new Result.Fenced());
    assertThat(other.settle(new Settlement.AckRecorded(id)).ackMissing()).isEqualTo(1);
  }

  @Test
  void an_ack_that_deletes_leaves_nothing_behind_that_would_come_back() {
    var id = add();
    worker.take();
    var other = worker("w2");
    // Taken over, not yet taken up: its due time outlives the late ack of a first delivery.
    worker.settle(new Settlement.Defer(id, 1, ZERO, 1, ZERO, 1, 0, ""));
    worker.settle(new Settlement.Ack(id));

    var due = other.due();
    assertThat(due.arrivals()).isEmpty();
    assertThat(due.trimmed()).isEmpty();
    assertThat(raw("EXISTS", KEYS.deferred(), KEYS.failures())).isEqualTo(0L);
  }

  @Test
  void at_maxmemory_it_acks_and_deletes() {
    add(3);
    var arrivals = worker.take(3);
    fillMemory();
    arrivals.forEach(arrival -> worker.settle(new Settlement.Ack(arrival.id())));
    assertThat(left()).isEmpty();
  }
}
