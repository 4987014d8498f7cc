// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static io.millhand.redis.Keys.DEFERRED_CONSUMER;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.millhand.config.GroupStart;
import io.millhand.config.Retention;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.error.UnavailableException;
import io.millhand.error.UnavailableException.Reason;
import io.millhand.redis.KeeperCommands.HandedOn;
import io.millhand.redis.KeeperCommands.PendingRow;
import io.millhand.redis.OperateCommands.PutBack;
import io.millhand.redis.ReadCommands.Grouped;
import io.millhand.redis.ReadCommands.PendingId;
import io.millhand.redis.ReadCommands.Seen;
import io.millhand.redis.SendCommands.Added;
import io.millhand.redis.Settlement.Result;
import io.millhand.redis.WorkerCommands.Left;
import io.millhand.redis.WorkerCommands.Registered;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every verb on a server that has reached its maxmemory (I4). */
class OutOfMemoryTest extends OnEachServer {

  private static final Result DONE = new Result.Done();

  private TestWorker worker;

  @BeforeEach
  void startWorker() {
    worker = worker("w1");
  }

  @AfterEach
  void giveMemory() {
    raw("CONFIG", "SET", "maxmemory", "0");
  }

  private static Settlement.Defer defer(EntryId id) {
    return new Settlement.Defer(id, 1, ZERO, 1, ZERO, 1, 0, "card refused");
  }

  private EntryId held() {
    add();
    return worker.take();
  }

  private EntryId deferred() {
    var id = held();
    worker.settle(defer(id));
    return id;
  }

  @Test
  void adding_is_refused_and_says_that_memory_is_full() {
    var sender = track(streams.sending(KEYS.stream()));
    fillMemory();

    var added = sender.add(List.of(Fields.of("order_id", "1"), Fields.of("order_id", "2")));

    assertThat(added)
        .hasSize(2)
        .allSatisfy(
            each ->
                assertThat(((Added.Failed) each).error())
                    .asInstanceOf(type(UnavailableException.class))
                    .extracting(UnavailableException::reason)
                    .isEqualTo(Reason.OUT_OF_MEMORY));
    assertThat(((Added.Failed) added.get(0)).error())
        .hasMessageContaining("XADD")
        .hasMessageContaining("maxmemory");
    assertThat(sender.isBroken()).isFalse();
    assertThat(raw("XLEN", KEYS.stream())).isEqualTo(0L);
  }

  @Test
  void a_dead_letter_is_not_added_anew_and_stays() {
    var operate = operate();
    fillMemory();

    assertThat(operate.add(KEYS.stream(), List.of(Fields.of("order_id", "1"))).get(0))
        .isInstanceOf(SendCommands.Added.Failed.class);
    assertThatThrownBy(() -> operate.createGroup(KEYS.stream(), "billing", GroupStart.beginning()))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("XGROUP CREATE");
  }

  @Test
  void a_worker_connects_registers_beats_and_leaves() {
    fillMemory();
    var fresh = unregistered("w2", "boot-2");

    assertThat(fresh.register()).isInstanceOf(Registered.Ok.class);
    assertThat(fresh.work().beat(ofSeconds(2)).keeps()).isTrue();
    assertThat(fresh.work().leave()).isEqualTo(Left.LEFT);
  }

  @Test
  void entries_are_read_and_acked() {
    add(2);
    remember(new EntryId(1, 1), "1 0 1000 2000 f card refused");
    fillMemory();

    var ids = worker.take(2);

    var written =
        worker.settle(
            new Settlement.Ack(ids.get(0).id()), new Settlement.AckRecorded(ids.get(1).id()));
    assertThat(written.results()).containsOnly(DONE);
    assertThat(written.ackMissing()).isZero();
    assertThat(pending()).isEmpty();
  }

  @Test
  void a_retry_is_deferred_and_comes_back() {
    var id = held();
    fillMemory();

    assertThat(worker.result(defer(id))).isEqualTo(DONE);
    assertThat(worker.dueIds()).containsExactly(id);
  }

  @Test
  void a_suspect_is_named() {
    var id = deferred();
    remember(id, "0 2 1000 2000 c ");
    fillMemory();

    assertThat(worker.dueIds()).containsExactly(id);
    assertThat(Registration.parse(info("w1")).suspect()).contains(id);
  }

  @Test
  void an_entry_that_lost_its_pending_record_is_restored() {
    var id = deferred();
    raw("XGROUP", "DELCONSUMER", KEYS.stream(), KEYS.group(), DEFERRED_CONSUMER);
    fillMemory();

    assertThat(worker.due().restored()).containsExactly(id);
  }

  @Test
  void a_dead_letter_is_written_and_its_entry_acked() {
    var id = held();
    fillMemory();

    assertThat(worker.result(new Settlement.Dead(id, 1, 10, List.of("~id", id.toString()))))
        .isEqualTo(DONE);
    assertThat(raw("XLEN", KEYS.dead())).isEqualTo(1L);
    assertThat(pending()).isEmpty();
  }

  @Test
  void what_a_dead_worker_left_is_handed_on_and_it_is_buried() {
    var dead = worker("dead");
    add();
    var id = dead.take();
    fillMemory();
    var judged = dead.seenBy(worker);

    assertThat(worker.keep().handOn(judged, List.of(id))).isEqualTo(new HandedOn.Ok(1, List.of()));
    assertThat(worker.keep().bury(judged)).isTrue();
  }

  @Test
  void lost_due_times_are_reconciled() {
    var id = deferred();
    raw("DEL", KEYS.deferred());
    fillMemory();

    assertThat(worker.keep().reconcile(List.of(id))).isEqualTo(1);
  }

  @Test
  void the_position_is_stored() {
    var id = held();
    fillMemory();

    worker.keep().storePosition();

    assertThat(raw("GET", KEYS.position())).isEqualTo(id.previous().toString());
  }

  @Test
  void a_group_that_is_gone_is_made_anew() {
    raw("DEL", KEYS.stream());
    fillMemory();

    assertThat(worker.read().group(GroupStart.now(), Seen.BEFORE, Optional.empty()))
        .isEqualTo(new Grouped.Recreated(EntryId.ZERO));
  }

  @Test
  void held_and_deferred_entries_are_renewed() {
    var held = held();
    var id = held();
    worker.settle(new Settlement.Defer(id, 1, ofSeconds(60), 1, ZERO, 1, 0, "not yet"));
    fillMemory();

    assertThat(worker.work().renew(List.of(new PendingId(held, 1)))).isEqualTo(1);
    assertThat(worker.keep().renewDeferred(List.of(new PendingRow(id, ZERO, 1)))).isEqualTo(1);
  }

  @Test
  void records_are_swept_and_the_stream_is_trimmed() {
    raw("CONFIG", "SET", "stream-node-max-entries", "1");
    add(3);
    worker.take(3).forEach(arrival -> worker.settle(new Settlement.Ack(arrival.id())));
    var id = new EntryId(1, 1);
    remember(id, "1 0 1000 2000 f card refused");
    fillMemory();

    assertThat(worker.keep().sweep("0")).isEqualTo("0");
    assertThat(failureText(id)).isNull();
    assertThat(worker.keep().trim(Retention.finished(ZERO)).count()).isEqualTo(2);
    raw("CONFIG", "SET", "stream-node-max-entries", "100");
  }

  @Test
  void a_dead_letter_is_put_back() {
    var id = held();
    worker.settle(new Settlement.Dead(id, 1, 0, List.of("~id", id.toString())));
    var inspect = inspect();
    var letter = inspect.newestEntries(KEYS.dead(), Optional.empty(), 1).get(0).id();
    fillMemory();

    assertThat(operate().putBack(KEYS, letter, id)).isEqualTo(PutBack.DONE);
    assertThat(worker.dueIds()).containsExactly(id);
  }
}
