// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static io.millhand.redis.Keys.DEFERRED_CONSUMER;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.EntryId;
import io.millhand.redis.KeeperCommands.PendingRow;
import io.millhand.redis.ReadCommands.PendingId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** renew.lua */
class RenewTest extends OnEachServer {

  private static final long OLD = 50_000;

  private TestWorker worker;

  @BeforeEach
  void startWorker() {
    worker = worker("w1");
  }

  private EntryId held() {
    add();
    var id = worker.take();
    claimAs("w1", id, OLD);
    return id;
  }

  private EntryId deferred(Duration delay) {
    add();
    var id = worker.take();
    worker.settle(new Settlement.Defer(id, 1, delay, 1, ofMillis(OLD), 1, 0, "not yet"));
    return id;
  }

  private long renew(EntryId id) {
    return worker.work().renew(List.of(new PendingId(id, 1)));
  }

  private long renewDeferred(EntryId id) {
    return worker.keep().renewDeferred(List.of(new PendingRow(id, ofMillis(OLD), 1)));
  }

  @Test
  void what_a_worker_holds_is_young_again_and_nothing_else_about_it_changes() {
    var id = held();

    assertThat(renew(id)).isEqualTo(1);

    assertThat(pending(id).idle()).isLessThan(OLD);
    assertThat(pending(id).consumer()).isEqualTo("w1");
    assertThat(pending(id).deliveries()).isEqualTo(1);
  }

  @Test
  void hundreds_are_renewed_in_pages() {
    add(250);
    var held = worker.take(250).stream().map(arrival -> new PendingId(arrival.id(), 1)).toList();

    assertThat(worker.work().renew(held)).isEqualTo(250);
  }

  @Test
  void what_another_owns_is_not_renewed_for_us() {
    var id = held();
    claimAs("w2", id, OLD);

    assertThat(renew(id)).isZero();
    assertThat(pending(id).idle()).isGreaterThanOrEqualTo(OLD);
    assertThat(ownerOf(id)).isEqualTo("w2");
  }

  @Test
  void a_later_delivery_of_the_same_entry_is_not_renewed_for_the_earlier_one() {
    var id = held();

    assertThat(worker.work().renew(List.of(new PendingId(id, 2)))).isZero();
    assertThat(pending(id).idle()).isGreaterThanOrEqualTo(OLD);
  }

  @Test
  void a_run_that_was_taken_for_dead_renews_nothing() {
    var id = held();
    raw("HDEL", KEYS.info(), "w1");
    unregistered("w1", "boot-2").register();

    assertThat(renew(id)).isZero();
    assertThat(pending(id).idle()).isGreaterThanOrEqualTo(OLD);
  }

  @Test
  void what_is_acked_is_not_renewed() {
    var id = held();
    worker.settle(new Settlement.Ack(id));

    assertThat(renew(id)).isZero();
    assertThat(pending()).isEmpty();
  }

  @Test
  void a_deferred_entry_is_renewed_where_it_is() {
    var id = deferred(ofSeconds(60));
    var due = dueTime(id);

    assertThat(renewDeferred(id)).isEqualTo(1);

    assertThat(pending(id).idle()).isLessThan(OLD);
    assertThat(ownerOf(id)).isEqualTo(DEFERRED_CONSUMER);
    assertThat(dueTime(id)).isEqualTo(due);
  }

  @Test
  void what_is_due_already_is_left_old_so_that_anybody_may_take_it() {
    var id = deferred(ZERO);

    assertThat(renewDeferred(id)).isZero();
    assertThat(pending(id).idle()).isGreaterThanOrEqualTo(OLD);
  }

  @Test
  void a_deferred_entry_that_somebody_took_is_left_to_him() {
    var id = deferred(ofSeconds(60));
    claimAs("python-1", id, OLD);

    assertThat(renewDeferred(id)).isZero();
    assertThat(ownerOf(id)).isEqualTo("python-1");
  }

  @Test
  void a_trimmed_entry_stays_to_be_told_by_whoever_settles_it() {
    var id = held();
    trimAway(id);

    assertThat(renew(id)).isZero();

    assertThat(pendingIds()).containsExactly(id);
    assertThat(worker.result(new Settlement.Defer(id, 1, ZERO, 1, ZERO, 1, 0, "")))
        .isInstanceOf(Settlement.Result.Trimmed.class);
  }

  @Test
  void a_trimmed_entry_that_is_deferred_stays_to_be_told_when_it_is_due() {
    var id = deferred(ofSeconds(60));
    trimAway(id);

    assertThat(renewDeferred(id)).isZero();

    makeDue(id);
    assertThat(worker.due().trimmed()).containsExactly(id);
  }
}
