// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.EntryId;
import io.millhand.redis.Settlement.Ack;
import io.millhand.redis.Settlement.AckRecorded;
import io.millhand.redis.Settlement.Result;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** XACK and ack.lua */
class AckTest extends OnEachServer {

  private static final Result DONE = new Result.Done();

  private TestWorker worker;

  @BeforeEach
  void startWorker() {
    worker = worker("w1");
  }

  @Test
  void an_ack_ends_a_delivery_and_leaves_the_entry_in_the_stream() {
    add();
    var id = worker.take();

    var written = worker.settle(new Ack(id));

    assertThat(written.results()).containsExactly(DONE);
    assertThat(written.ackMissing()).isZero();
    assertThat(pending()).isEmpty();
    assertThat(raw("XLEN", KEYS.stream())).isEqualTo(1L);
  }

  @Test
  void thousands_of_acks_go_in_one_go() {
    add(1200);
    var acks = worker.take(1200).stream().map(arrival -> new Ack(arrival.id())).toList();

    var written = worker.settle().settle(acks);

    assertThat(written.results()).hasSize(1200).containsOnly(DONE);
    assertThat(written.ackMissing()).isZero();
    assertThat(pending()).isEmpty();
  }

  @Test
  void acks_of_what_is_not_pending_are_counted() {
    add(3);
    var ids = worker.take(3).stream().map(Arrival::id).toList();
    raw("XACK", KEYS.stream(), KEYS.group(), ids.get(1).toString());

    var written =
        worker.settle(new Ack(ids.get(0)), new Ack(ids.get(1)), new AckRecorded(ids.get(2)));

    assertThat(written.results()).containsOnly(DONE);
    assertThat(written.ackMissing()).isEqualTo(1);
  }

  @Test
  void an_ack_that_is_repeated_since_its_reply_was_lost_is_done_and_counted_as_missing() {
    add();
    var id = worker.take();
    worker.settle(new Ack(id));

    var written = worker.settle(new Ack(id));

    assertThat(written.results()).containsExactly(DONE);
    assertThat(written.ackMissing()).isEqualTo(1);
  }

  @Test
  void an_ack_is_not_fenced_since_its_handler_did_succeed() {
    add(2);
    var ids = worker.take(2).stream().map(Arrival::id).toList();
    ids.forEach(id -> claimAs("w2", id, 0));
    raw("HDEL", KEYS.info(), "w1");

    var written = worker.settle(new Ack(ids.get(0)), new AckRecorded(ids.get(1)));

    assertThat(written.results()).containsOnly(DONE);
    assertThat(written.ackMissing()).isZero();
    assertThat(pending()).isEmpty();
  }

  @Test
  void the_ack_of_an_entry_that_once_failed_clears_its_records() {
    add(2);
    var ids = worker.take(2).stream().map(Arrival::id).toList();
    ids.forEach(
        id -> worker.settle(new Settlement.Defer(id, 1, ZERO, 1, ZERO, 1, 0, "card refused")));
    worker.due();

    worker.settle(new AckRecorded(ids.get(0)));

    assertThat(failureText(ids.get(0))).isNull();
    assertThat(failureText(ids.get(1))).isNotNull();
    assertThat(pendingIds()).containsExactly(ids.get(1));
  }

  @Test
  void a_late_ack_clears_the_due_time_too() {
    add();
    var id = worker.take();
    worker.settle(new Settlement.Defer(id, 1, ofSeconds(60), 1, ZERO, 1, 0, "timed out"));

    worker.settle(new AckRecorded(id));

    assertThat(pending()).isEmpty();
    assertThat(dueTime(id)).isNull();
    assertThat(failureText(id)).isNull();
  }

  @Test
  void of_thousands_of_acks_those_that_the_keeper_took_meanwhile_lose_their_records_too() {
    var keeper = worker("keeper");
    var ids = add(1200);
    worker.take(1200);
    keeper.keep().handOn(worker.seenBy(keeper), ids.subList(550, 650));

    var written = worker.settle().settle(ids.stream().map(Ack::new).toList());

    assertThat(written.results()).hasSize(1200).containsOnly(DONE);
    assertThat(written.ackMissing()).isZero();
    assertThat(raw("EXISTS", KEYS.deferred(), KEYS.failures())).isEqualTo(0L);
    assertThat(keeper.dueIds()).isEmpty();
  }

  @Test
  void an_ack_that_is_repeated_removes_the_record_that_the_first_left() {
    add();
    var id = worker.take();
    remember(id, "0 1 1000 2000 c ");
    raw("XACK", KEYS.stream(), KEYS.group(), id.toString());

    assertThat(worker.result(new Ack(id))).isEqualTo(DONE);
    assertThat(failureText(id)).isNull();
  }

  @Test
  void an_ack_that_redis_refuses_ends_nothing_although_the_due_time_went() {
    add();
    var id = worker.take();
    raw("ACL", "SETUSER", "default", "-xack");
    Settlement.Result result;
    try {
      result = worker.result(new Ack(id));
    } finally {
      raw("ACL", "SETUSER", "default", "+xack");
    }

    assertThat(result).isInstanceOf(Result.Refused.class);
    assertThat(pendingIds()).containsExactly(id);
  }

  @Test
  void hundreds_of_recorded_acks_are_all_done() {
    var ids = add(250);
    worker.take(250);
    ids.forEach(id -> remember(id, "1 0 1000 2000 f card refused"));

    var written = worker.settle().settle(ids.stream().map(AckRecorded::new).toList());

    assertThat(written.results()).hasSize(250).containsOnly(DONE);
    assertThat(written.ackMissing()).isZero();
    assertThat(raw("EXISTS", KEYS.failures())).isEqualTo(0L);
  }

  @Test
  void the_success_of_a_suspect_takes_its_name_off_the_registration() {
    var before = worker.registration();
    var id = suspect();

    worker.settle(new AckRecorded(id));

    assertThat(info("w1")).isEqualTo(before.text());
  }

  @Test
  void the_success_of_another_entry_leaves_the_suspect_named() {
    var id = suspect();
    add();
    var other = worker.take();

    worker.settle(new AckRecorded(other));

    assertThat(Registration.parse(info("w1")).suspect()).contains(id);
  }

  @Test
  void a_late_ack_of_an_earlier_run_does_not_touch_the_registration_of_the_present_one() {
    var id = suspect();
    raw("HDEL", KEYS.info(), "w1");
    var fresh = unregistered("w1", "boot-2");
    fresh.work().register(fresh.registration(Optional.of(id)));

    worker.settle(new AckRecorded(id));

    assertThat(info("w1")).isEqualTo(fresh.registration(Optional.of(id)).text());
  }

  @Test
  void an_ack_in_a_group_that_is_gone_is_done_and_counted_as_missing() {
    add();
    var id = worker.take();
    raw("XGROUP", "DESTROY", KEYS.stream(), KEYS.group());

    var written = worker.settle(new Ack(id), new AckRecorded(id));

    assertThat(written.results()).containsOnly(DONE);
    assertThat(written.ackMissing()).isEqualTo(2);
  }

  @Test
  void nothing_to_write_is_nothing_written() {
    assertThat(worker.settle().settle(java.util.List.of()).results()).isEmpty();
  }

  private EntryId suspect() {
    add();
    var id = worker.take();
    remember(id, "0 2 1000 2000 c ");
    worker.settle(new Settlement.Defer(id, 1, ZERO, 1, ZERO, -1, 0, ""));
    worker.due();
    assertThat(Registration.parse(info("w1")).suspect()).contains(id);
    return id;
  }
}
