// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.millhand.delivery.EntryId;
import io.millhand.error.NoGroupException;
import io.millhand.redis.KeeperCommands.Consumer;
import io.millhand.redis.KeeperCommands.PendingRow;
import io.millhand.redis.WorkerCommands.Peer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the keeper asks. */
class KeeperCommandsTest extends OnEachServer {

  private TestWorker worker;

  @BeforeEach
  void startWorker() {
    worker = worker("w1");
  }

  @Test
  void all_workers_are_listed_with_their_counters_and_their_registrations_byte_for_byte() {
    var other = worker("w2");
    other.work().beat(ofSeconds(2));

    assertThat(worker.keep().workers())
        .containsExactlyInAnyOrder(
            new Peer("w1", "1", worker.registration().text()),
            new Peer("w2", "2", other.registration().text()));
  }

  @Test
  void a_worker_whose_heartbeats_were_lost_is_listed_all_the_same() {
    raw("DEL", KEYS.workers());

    assertThat(worker.keep().workers()).extracting(Peer::consumer).containsExactly("w1");
  }

  @Test
  void nobody_registered_is_an_empty_list() {
    raw("DEL", KEYS.workers(), KEYS.info());

    assertThat(worker.keep().workers()).isEmpty();
  }

  @Test
  void connections_that_exist_are_told_from_those_that_do_not() {
    var here = worker.work().server().clientId().orElseThrow();
    var other = streams.working(KEYS, worker.identity);
    var gone = other.server().clientId().orElseThrow();
    other.close();

    await()
        .pollInterval(ofMillis(2))
        .atMost(ofSeconds(5))
        .untilAsserted(
            () ->
                assertThat(worker.keep().connected(List.of(here, gone)).orElseThrow())
                    .containsExactly(here));
  }

  @Test
  void pending_entries_of_a_consumer_come_in_pages_of_a_hundred() {
    var ids = add(250);
    worker.take(250);

    var first = worker.keep().pendingOf("w1", EntryId.ZERO);
    var last = worker.keep().pendingOf("w1", ids.get(200));

    assertThat(first).extracting(PendingRow::id).isEqualTo(ids.subList(0, 100));
    assertThat(last).extracting(PendingRow::id).isEqualTo(ids.subList(200, 250));
    assertThat(worker.keep().pendingOf("nobody", EntryId.ZERO)).isEmpty();
  }

  @Test
  void a_pending_row_tells_its_idle_time_and_its_deliveries() {
    add();
    var id = worker.take();
    claimAs("w1", id, 60_000);

    var row = worker.keep().pendingOf("w1", EntryId.ZERO).get(0);

    assertThat(row.idle()).isBetween(ofSeconds(60), ofSeconds(80));
    assertThat(row.deliveries()).isEqualTo(1);
  }

  @Test
  void all_consumers_are_listed_the_reserved_one_too() {
    add(3);
    worker.take(2);
    var id = worker.take();
    worker.settle(new Settlement.Defer(id, 1, ofSeconds(60), 1, ZERO, 1, 0, "not yet"));

    assertThat(worker.keep().consumers())
        .extracting(Consumer::name, Consumer::pending)
        .containsExactlyInAnyOrder(tuple("w1", 2L), tuple(Keys.DEFERRED_CONSUMER, 1L));
    assertThat(worker.keep().deferredCount()).isEqualTo(1);
  }

  @Test
  void a_group_that_is_gone_is_told_by_its_kind() {
    raw("XGROUP", "DESTROY", KEYS.stream(), KEYS.group());

    assertThatThrownBy(() -> worker.keep().consumers()).isInstanceOf(NoGroupException.class);
    assertThatThrownBy(() -> worker.keep().pendingOf("w1", EntryId.ZERO))
        .isInstanceOf(NoGroupException.class);
    assertThat(worker.keep().deferredCount()).isZero();
  }

  @Test
  void the_servers_time_is_told_in_its_own_clock() {
    var before = serverMillis();

    assertThat(worker.keep().serverTime().toMillis()).isBetween(before, serverMillis());
  }

  @Test
  void the_run_of_the_server_and_how_long_it_is_up_are_told() {
    assertThat(worker.keep().runId()).contains(redis.info("run_id"));
    assertThat(worker.keep().uptime().orElseThrow()).isLessThan(java.time.Duration.ofMinutes(10));
  }
}
