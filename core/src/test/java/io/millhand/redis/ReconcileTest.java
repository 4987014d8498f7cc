// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.EntryId;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** reconcile.lua */
class ReconcileTest extends OnEachServer {

  private TestWorker worker;

  @BeforeEach
  void startWorker() {
    worker = worker("w1");
  }

  private EntryId deferred() {
    add();
    var id = worker.take();
    worker.settle(new Settlement.Defer(id, 1, ofSeconds(60), 1, ZERO, 1, 0, "not yet"));
    return id;
  }

  @Test
  void deferred_entries_that_lost_their_due_time_are_due_now() {
    var ids = List.of(deferred(), deferred());
    raw("DEL", KEYS.deferred());

    assertThat(worker.keep().reconcile(ids)).isEqualTo(2);

    assertThat(worker.dueIds()).containsExactlyElementsOf(ids);
  }

  @Test
  void a_due_time_that_is_there_is_left_alone() {
    var id = deferred();
    var due = dueTime(id);

    assertThat(worker.keep().reconcile(List.of(id))).isZero();
    assertThat(dueTime(id)).isEqualTo(due);
  }

  @Test
  void what_was_claimed_or_acked_since_it_was_listed_is_left_alone() {
    var claimed = deferred();
    var acked = deferred();
    raw("DEL", KEYS.deferred());
    claimAs("w2", claimed, 0);
    raw("XACK", KEYS.stream(), KEYS.group(), acked.toString());

    assertThat(worker.keep().reconcile(List.of(claimed, acked))).isZero();
    assertThat(raw("EXISTS", KEYS.deferred())).isEqualTo(0L);
  }

  @Test
  void a_worker_that_is_not_registered_reconciles_nothing() {
    var id = deferred();
    raw("DEL", KEYS.deferred());
    raw("HDEL", KEYS.info(), "w1");

    assertThat(worker.keep().reconcile(List.of(id))).isZero();
    assertThat(dueTime(id)).isNull();
  }

  @Test
  void reconciling_twice_finds_nothing_the_second_time() {
    var id = deferred();
    raw("DEL", KEYS.deferred());
    worker.keep().reconcile(List.of(id));

    assertThat(worker.keep().reconcile(List.of(id))).isZero();
  }
}
