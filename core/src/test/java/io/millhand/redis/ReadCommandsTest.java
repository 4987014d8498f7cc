// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millhand.delivery.Delivery.Count;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.delivery.Origin;
import io.millhand.error.NoGroupException;
import io.millhand.error.RefusedException;
import io.millhand.error.UnavailableException;
import io.millhand.error.UnavailableException.Reason;
import io.millhand.redis.ReadCommands.PendingId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the intake asks. */
class ReadCommandsTest extends OnEachServer {

  private TestWorker worker;

  @BeforeEach
  void startWorker() {
    worker = worker("w1");
  }

  /** A read that waits on the server when this returns. */
  private CompletableFuture<List<Arrival>> blockedRead() {
    worker.read();
    var read = CompletableFuture.supplyAsync(() -> worker.read().readNew(10, ofSeconds(20)));
    await()
        .pollInterval(ofMillis(2))
        .atMost(ofSeconds(10))
        .until(() -> ((String) raw("INFO", "clients")).contains("blocked_clients:1\r"));
    return read;
  }

  private static Throwable failureOf(CompletableFuture<?> future) {
    try {
      return new AssertionError("it did not fail, but brought " + future.join());
    } catch (CompletionException e) {
      return e.getCause();
    }
  }

  @Test
  void new_entries_come_in_order_as_first_deliveries_with_every_field() {
    var first = add("a", "1", "a", "2", "", "");
    var second = add("b", "3");

    var arrivals = worker.read().readNew(10, ZERO);

    assertThat(arrivals).extracting(Arrival::id).containsExactly(first, second);
    assertThat(arrivals.get(0).entry().fields()).isEqualTo(Fields.of("a", "1", "a", "2", "", ""));
    assertThat(arrivals)
        .allSatisfy(
            arrival -> {
              assertThat(arrival.count()).isEqualTo(Count.FIRST);
              assertThat(arrival.origin()).isEqualTo(Origin.NEW);
            });
    assertThat(pendingOf("w1")).containsExactly(first, second);
  }

  @Test
  void what_was_asked_for_ahead_is_answered_in_that_order() {
    var ids = add(5);

    worker.read().ask(2);
    worker.read().ask(2);
    assertThat(worker.read().answered()).extracting(Arrival::id).isEqualTo(ids.subList(0, 2));
    worker.read().ask(2);

    assertThat(worker.read().answered()).extracting(Arrival::id).isEqualTo(ids.subList(2, 4));
    assertThat(worker.read().answered()).extracting(Arrival::id).isEqualTo(ids.subList(4, 5));
    assertThat(worker.read().readNew(2, ZERO)).isEmpty();
  }

  @Test
  void while_an_answer_is_awaited_nothing_else_may_be_asked() {
    add(5);
    worker.read().ask(2);

    assertThatThrownBy(() -> worker.read().readNew(2, ZERO))
        .isInstanceOf(IllegalStateException.class);
    assertThat(worker.read().answered()).hasSize(2);
    assertThat(worker.read().readNew(5, ZERO)).hasSize(3);
  }

  @Test
  void an_error_that_answers_what_was_asked_ahead_is_told() {
    add(5);
    worker.read().ask(2);
    raw("XGROUP", "DESTROY", KEYS.stream(), KEYS.group());
    worker.read().ask(2);

    assertThat(worker.read().answered()).hasSize(2);
    assertThatThrownBy(() -> worker.read().answered()).isInstanceOf(NoGroupException.class);
  }

  @Test
  void no_more_new_entries_come_than_were_asked_for() {
    add(5);

    assertThat(worker.read().readNew(2, ZERO)).hasSize(2);
    assertThat(pending()).hasSize(2);
  }

  @Test
  void nothing_new_is_an_empty_list_at_once() {
    assertThat(worker.read().readNew(10, ZERO)).isEmpty();
    assertThat(worker.read().readNew(10, ofMillis(1))).isEmpty();
  }

  @Test
  void a_blocked_read_is_served_when_an_entry_is_added() {
    var read = blockedRead();
    var id = add();

    assertThat(read.join()).extracting(Arrival::id).containsExactly(id);
  }

  @Test
  void a_reply_is_kept_within_its_bytes_once_the_size_of_entries_is_known() {
    var reader = track(streams.reading(KEYS, worker.identity, 100_000));
    for (int i = 0; i < 40; i++) {
      add("body", "x".repeat(10_000));
    }

    assertThat(reader.readNew(40, ZERO)).hasSize(16);
    assertThat(reader.readNew(40, ZERO)).hasSize(9);
  }

  @Test
  void an_entry_larger_than_the_limit_still_comes_alone() {
    var reader = track(streams.reading(KEYS, worker.identity, 1000));
    for (int i = 0; i < 18; i++) {
      add("body", "x".repeat(5000));
    }

    reader.readNew(40, ZERO);

    assertThat(reader.readNew(40, ZERO)).hasSize(1);
    assertThat(reader.readNew(40, ZERO)).hasSize(1);
    assertThat(reader.readNew(40, ZERO)).isEmpty();
  }

  @Test
  void a_group_that_is_not_there_is_told_by_its_kind() {
    raw("XGROUP", "DESTROY", KEYS.stream(), KEYS.group());

    assertThatThrownBy(() -> worker.read().readNew(10, ZERO))
        .isInstanceOf(NoGroupException.class)
        .hasMessageContaining("XREADGROUP")
        .hasMessageContaining("NOGROUP");
    assertThat(worker.read().isBroken()).isFalse();
  }

  @Test
  void a_stream_that_is_not_there_is_told_by_its_kind() {
    raw("DEL", KEYS.stream());

    assertThatThrownBy(() -> worker.read().readNew(10, ofSeconds(1)))
        .isInstanceOf(NoGroupException.class);
    assertThatThrownBy(() -> worker.read().ownPending(EntryId.ZERO, 10))
        .isInstanceOf(NoGroupException.class);
  }

  @Test
  void a_stream_that_is_deleted_under_a_blocked_read_is_told_as_a_group_that_is_gone() {
    assumeTrue(worker.read().server().isAtLeast(7, 0)); // 6.2 goes on waiting
    var read = blockedRead();
    raw("DEL", KEYS.stream());

    assertThat(failureOf(read)).isInstanceOf(NoGroupException.class);
    assertThat(worker.read().isBroken()).isFalse();
  }

  @Test
  void a_database_that_is_flushed_under_a_blocked_read_is_told_as_a_group_that_is_gone() {
    assumeTrue(worker.read().server().isAtLeast(7, 0));
    var read = blockedRead();
    raw("FLUSHALL");

    assertThat(failureOf(read)).isInstanceOf(NoGroupException.class);
  }

  @Test
  void a_group_that_is_destroyed_under_a_blocked_read_is_told_by_its_kind() {
    var read = blockedRead();
    raw("XGROUP", "DESTROY", KEYS.stream(), KEYS.group());

    assertThat(failureOf(read)).isInstanceOf(NoGroupException.class);
  }

  @Test
  void a_key_of_another_type_is_refused() {
    raw("DEL", KEYS.stream());
    raw("SET", KEYS.stream(), "not a stream");

    assertThatThrownBy(() -> worker.read().readNew(10, ZERO))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("WRONGTYPE")
        .hasMessageContaining("XREADGROUP");
  }

  @Test
  void a_blocked_read_ends_when_its_connection_is_aborted() {
    var read = blockedRead();
    worker.read().abort();

    assertThat(failureOf(read))
        .isInstanceOfSatisfying(
            UnavailableException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.CONNECTION_LOST));
    assertThat(worker.read().isBroken()).isTrue();
  }

  @Test
  void an_earlier_connection_is_ended_before_the_next_one_reads() {
    var read = blockedRead();
    var old = worker.read().clientId().orElseThrow();
    var fresh = track(streams.reading(KEYS, worker.identity, 1 << 20));

    fresh.endClient(old);

    assertThat(failureOf(read)).isInstanceOf(UnavailableException.class);
    var id = add();
    assertThat(fresh.readNew(10, ZERO)).extracting(Arrival::id).containsExactly(id);
  }

  @Test
  void ending_a_connection_that_is_gone_already_does_no_harm() {
    worker.read().endClient(Long.MAX_VALUE);

    assertThat(worker.read().readNew(10, ZERO)).isEmpty();
  }

  @Test
  void our_own_pending_entries_are_listed_page_by_page() {
    var ids = add(5);
    worker.take(5);
    claimAs("w2", ids.get(1), 0);

    var first = worker.read().ownPending(EntryId.ZERO, 2);
    var second = worker.read().ownPending(first.get(1).id().next(), 2);
    var third = worker.read().ownPending(second.get(1).id().next(), 2);

    assertThat(first).containsExactly(new PendingId(ids.get(0), 1), new PendingId(ids.get(2), 1));
    assertThat(second).extracting(PendingId::id).containsExactly(ids.get(3), ids.get(4));
    assertThat(third).isEmpty();
  }

  @Test
  void what_has_gone_to_another_since_it_was_listed_is_not_brought() {
    var ids = add(3);
    worker.take(3);
    var own = worker.read().ownPending(EntryId.ZERO, 10);
    claimAs("w2", ids.get(0), 0);
    worker.settle(new Settlement.Ack(ids.get(1)));

    assertThat(worker.read().stillOwn(own)).containsExactly(new PendingId(ids.get(2), 1));
    assertThat(worker.read().stillOwn(List.of())).isEmpty();
  }

  @Test
  void what_is_ours_but_unheld_is_brought_with_its_history_and_without_another_delivery() {
    var id = add("order_id", "123");
    worker.take();
    raw("XCLAIM", KEYS.stream(), KEYS.group(), "w1", "0", id.toString());
    remember(id, "2 1 1000 2000 f card refused");

    var brought =
        worker.read().bring(worker.read().ownPending(EntryId.ZERO, 10), new ArrayList<>()).get(0);

    assertThat(brought.entry().text("order_id")).isEqualTo("123");
    assertThat(brought.count()).isEqualTo(new Count(2, 2, 1));
    assertThat(brought.origin()).isEqualTo(Origin.UNHELD);
    assertThat(pending(id).deliveries()).isEqualTo(2);
  }

  @Test
  void a_worker_whose_consumer_an_operator_deleted_is_told_that_its_entries_are_not_pending() {
    add(2);
    var ids = worker.take(2).stream().map(Arrival::id).toList();
    raw("XGROUP", "DELCONSUMER", KEYS.stream(), KEYS.group(), "w1");

    var written =
        worker.settle(
            new Settlement.Ack(ids.get(0)),
            new Settlement.Defer(ids.get(1), 1, ZERO, 1, ZERO, 1, 0, ""));

    assertThat(written.ackMissing()).isEqualTo(1);
    assertThat(written.results())
        .containsExactly(new Settlement.Result.Done(), new Settlement.Result.Fenced());
    var next = add();
    assertThat(worker.take()).isEqualTo(next);
    assertThat(ownerOf(next)).isEqualTo("w1");
  }
}
