// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static io.millhand.redis.Keys.DEFERRED_CONSUMER;
import static io.millhand.redis.TestWorker.SUSPECT_AFTER;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.delivery.Delivery.Count;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Origin;
import io.millhand.error.NoGroupException;
import io.millhand.redis.ReadCommands.SuspectRoom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** due.lua */
class DueTest extends OnEachServer {

  private TestWorker worker;

  @BeforeEach
  void startWorker() {
    worker = worker("w1");
  }

  /** Adds an entry and lets it wait that long for its next attempt. */
  private EntryId deferred(Duration delay) {
    add();
    var id = worker.take();
    worker.settle(new Settlement.Defer(id, 1, delay, 1, ZERO, 1, 0, "card refused"));
    return id;
  }

  private EntryId due() {
    return deferred(ZERO);
  }

  private EntryId suspect() {
    var id = due();
    remember(id, "0 %d 1000 2000 c ".formatted(SUSPECT_AFTER));
    return id;
  }

  @Test
  void an_entry_comes_back_when_it_is_due_with_its_fields_and_its_history() {
    add("order_id", "123", "amount", "99.99");
    var id = worker.take();
    worker.settle(new Settlement.Defer(id, 1, ZERO, 1, ZERO, 3, 1, "card refused"));

    var arrival = worker.due().arrivals().get(0);

    assertThat(arrival.id()).isEqualTo(id);
    assertThat(arrival.entry().text("amount")).isEqualTo("99.99");
    assertThat(arrival.count()).isEqualTo(new Count(2, 3, 1));
    assertThat(arrival.origin()).isEqualTo(Origin.DUE);
    assertThat(pending(id).consumer()).isEqualTo("w1");
    assertThat(pending(id).deliveries()).isEqualTo(2);
    assertThat(dueTime(id)).isNull();
    assertThat(failure(id).attempts()).isEqualTo(3);
  }

  @Test
  void an_entry_does_not_come_back_before_it_is_due() {
    var id = deferred(ofSeconds(60));

    var due = worker.due();

    assertThat(due.arrivals()).isEmpty();
    assertThat(due.nextDue().orElseThrow()).isBetween(ofSeconds(50), ofSeconds(60));
    assertThat(ownerOf(id)).isEqualTo(DEFERRED_CONSUMER);
  }

  @Test
  void nothing_deferred_means_no_next_due_time() {
    assertThat(worker.due().nextDue()).isEmpty();
  }

  @Test
  void what_has_waited_longest_comes_first() {
    var ids = List.of(due(), due(), due());
    raw("ZADD", KEYS.deferred(), "30", ids.get(0).toString());
    raw("ZADD", KEYS.deferred(), "10", ids.get(1).toString());
    raw("ZADD", KEYS.deferred(), "20", ids.get(2).toString());

    assertThat(worker.dueIds()).containsExactly(ids.get(1), ids.get(2), ids.get(0));
  }

  @Test
  void no_more_come_than_were_asked_for_and_the_rest_is_due_at_once() {
    due();
    due();
    due();

    var due = worker.read().claimDue(2, SuspectRoom.FREE, SUSPECT_AFTER);

    assertThat(due.arrivals()).hasSize(2);
    assertThat(due.nextDue()).contains(ZERO);
    assertThat(pendingOf(DEFERRED_CONSUMER)).hasSize(1);
  }

  @Test
  void one_call_claims_a_hundred_at_most() {
    add(150);
    for (var arrival : worker.take(150)) {
      worker.settle(new Settlement.Defer(arrival.id(), 1, ZERO, 1, ZERO, 1, 0, ""));
    }

    var due = worker.read().claimDue(150, SuspectRoom.FREE, SUSPECT_AFTER);

    assertThat(due.arrivals()).hasSize(100);
    assertThat(due.nextDue()).contains(ZERO);
  }

  @Test
  void a_worker_that_is_not_registered_claims_nothing_and_is_told_so() {
    var id = due();
    raw("HDEL", KEYS.info(), "w1");

    var due = worker.due();

    assertThat(due.registered()).isFalse();
    assertThat(due.arrivals()).isEmpty();
    assertThat(ownerOf(id)).isEqualTo(DEFERRED_CONSUMER);
  }

  @Test
  void any_worker_takes_what_is_due() {
    var id = due();

    assertThat(worker("w2").dueIds()).containsExactly(id);
    assertThat(ownerOf(id)).isEqualTo("w2");
  }

  @Test
  void no_two_workers_get_the_same_due_entry() {
    due();

    assertThat(worker("w2").dueIds()).hasSize(1);
    assertThat(worker.dueIds()).isEmpty();
  }

  @Test
  void what_a_foreign_client_has_taken_in_the_meantime_is_left_to_it() {
    var id = due();
    claimAs("python-1", id, 0);

    assertThat(worker.dueIds()).isEmpty();
    assertThat(ownerOf(id)).isEqualTo("python-1");
    assertThat(pending(id).deliveries()).isEqualTo(1);
    assertThat(dueTime(id)).isNull();
  }

  @Test
  void a_claim_whose_reply_was_lost_is_found_among_our_own() {
    var id = due();
    worker.due();

    var own = worker.read().ownPending(EntryId.ZERO, 100);

    assertThat(own).containsExactly(new ReadCommands.PendingId(id, 2));
    var brought = worker.read().bring(own, new ArrayList<>());
    assertThat(brought.get(0).count()).isEqualTo(new Count(2, 1, 0));
    assertThat(brought.get(0).origin()).isEqualTo(Origin.UNHELD);
  }

  @Test
  void a_trimmed_entry_is_told_acked_and_leaves_no_record() {
    var gone = due();
    var there = due();
    trimAway(gone);

    var due = worker.due();

    assertThat(due.trimmed()).containsExactly(gone);
    assertThat(due.arrivals()).extracting(Arrival::id).containsExactly(there);
    assertThat(pendingIds()).containsExactly(there);
    assertThat(dueTime(gone)).isNull();
    assertThat(failureText(gone)).isNull();
  }

  @Test
  void an_entry_that_lost_its_pending_record_is_restored_and_reported() {
    var id = due();
    remember(id, "3 1 1000 2000 f card refused");
    raw("XGROUP", "DELCONSUMER", KEYS.stream(), KEYS.group(), DEFERRED_CONSUMER);
    assertThat(pending()).isEmpty();

    var due = worker.due();

    assertThat(due.restored()).containsExactly(id);
    assertThat(due.arrivals().get(0).count()).isEqualTo(new Count(1, 3, 1));
    assertThat(pending(id).consumer()).isEqualTo("w1");
    assertThat(pending(id).deliveries()).isEqualTo(1);
    assertThat(dueTime(id)).isNull();
  }

  @Test
  void what_has_neither_a_pending_record_nor_a_body_is_forgotten() {
    var id = due();
    raw("XGROUP", "DELCONSUMER", KEYS.stream(), KEYS.group(), DEFERRED_CONSUMER);
    trimAway(id);

    var due = worker.due();

    assertThat(due.arrivals()).isEmpty();
    assertThat(due.restored()).isEmpty();
    assertThat(dueTime(id)).isNull();
    assertThat(failureText(id)).isNull();
  }

  @Test
  void an_entry_that_the_group_has_yet_to_come_to_is_not_restored_but_read() {
    var id = due();
    raw("XGROUP", "DESTROY", KEYS.stream(), KEYS.group());
    raw("XGROUP", "CREATE", KEYS.stream(), KEYS.group(), "0");

    assertThat(worker.due().arrivals()).isEmpty();
    assertThat(pending()).isEmpty();
    assertThat(dueTime(id)).isNull();
    assertThat(worker.take()).isEqualTo(id);
  }

  @Test
  void an_entry_that_came_from_a_dead_worker_says_so() {
    var id = due();
    remember(id, "0 1 1000 2000 c ");

    assertThat(worker.due().arrivals().get(0).origin()).isEqualTo(Origin.RECLAIMED);
  }

  @Test
  void a_group_that_is_gone_is_told_when_something_is_due() {
    due();
    raw("XGROUP", "DESTROY", KEYS.stream(), KEYS.group());

    assertThatThrownBy(worker::due).isInstanceOf(NoGroupException.class);
  }

  @Test
  void a_failures_record_that_cannot_be_read_counts_as_none() {
    var id = due();
    remember(id, "garbage");

    assertThat(worker.due().arrivals().get(0).count()).isEqualTo(new Count(2, 0, 0));
  }

  @ParameterizedTest
  @CsvSource({"1,false", "2,true", "3,true"})
  void an_entry_with_two_crashes_is_a_suspect(int crashes, boolean suspect) {
    var id = due();
    remember(id, "0 %d 1000 2000 c ".formatted(crashes));

    worker.due();

    assertThat(Registration.parse(info("w1")).suspect())
        .isEqualTo(suspect ? Optional.of(id) : Optional.empty());
  }

  @Test
  void a_suspect_is_named_in_the_registration_by_the_script_that_hands_it_out() {
    var before = worker.registration();
    var id = suspect();

    assertThat(worker.dueIds()).containsExactly(id);
    assertThat(info("w1")).isEqualTo(before.text() + "suspect=" + id + "\n");
  }

  @Test
  void of_several_suspects_one_is_claimed_and_the_others_make_room_for_what_is_not() {
    var first = suspect();
    var second = suspect();
    var innocent = due();

    var due = worker.due();

    assertThat(due.arrivals()).extracting(Arrival::id).containsExactly(first, innocent);
    assertThat(ownerOf(second)).isEqualTo(DEFERRED_CONSUMER);
    assertThat(dueTime(second)).isGreaterThan(serverMillis() - 100);
    assertThat(due.nextDue().orElseThrow()).isPositive();
    assertThat(Registration.parse(info("w1")).suspect()).contains(first);
  }

  @Test
  void no_suspect_is_claimed_while_its_slot_is_taken() {
    var suspect = suspect();
    var innocent = due();

    var due = worker.due(SuspectRoom.TAKEN);

    assertThat(due.arrivals()).extracting(Arrival::id).containsExactly(innocent);
    assertThat(ownerOf(suspect)).isEqualTo(DEFERRED_CONSUMER);
    assertThat(info("w1")).doesNotContain("suspect");
  }

  @Test
  void each_worker_has_a_slot_of_its_own_for_a_suspect() {
    var first = suspect();
    var second = suspect();

    assertThat(worker.dueIds()).containsExactly(first);
    makeDue(second);
    assertThat(worker("w2").dueIds()).containsExactly(second);
    assertThat(Registration.parse(info("w1")).suspect()).contains(first);
    assertThat(Registration.parse(info("w2")).suspect()).contains(second);
  }

  @Test
  void a_suspect_that_lost_its_pending_record_waits_for_a_free_slot_like_any_other() {
    var suspect = suspect();
    raw("XGROUP", "DELCONSUMER", KEYS.stream(), KEYS.group(), DEFERRED_CONSUMER);

    assertThat(worker.due(SuspectRoom.TAKEN).arrivals()).isEmpty();
    assertThat(info("w1")).doesNotContain("suspect");

    makeDue(suspect);
    assertThat(worker.dueIds()).containsExactly(suspect);
    assertThat(Registration.parse(info("w1")).suspect()).contains(suspect);
  }

  @Test
  void bodies_of_many_large_entries_come_in_order_and_whole() {
    var large = "x".repeat(1 << 20);
    var ids = new ArrayList<EntryId>();
    for (int i = 0; i < 20; i++) {
      ids.add(add("body", large + i));
    }
    for (var arrival : worker.take(20)) {
      worker.settle(new Settlement.Defer(arrival.id(), 1, ZERO, 1, ZERO, 1, 0, ""));
    }
    ids.forEach(id -> raw("ZADD", KEYS.deferred(), "" + ids.indexOf(id), id.toString()));

    var arrivals = worker.due().arrivals();

    assertThat(arrivals).extracting(Arrival::id).containsExactlyElementsOf(ids);
    assertThat(arrivals.get(19).entry().text("body")).isEqualTo(large + 19);
  }
}
