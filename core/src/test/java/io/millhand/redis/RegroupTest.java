// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.config.GroupStart;
import io.millhand.delivery.EntryId;
import io.millhand.error.RefusedException;
import io.millhand.redis.ReadCommands.Grouped;
import io.millhand.redis.ReadCommands.Seen;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** regroup.lua */
class RegroupTest extends OnEachServer {

  private static final Grouped EXISTED = new Grouped.Existed();

  private TestWorker worker;

  @BeforeEach
  void startWorker() {
    worker = worker("w1");
  }

  private void destroy() {
    raw("XGROUP", "DESTROY", KEYS.stream(), KEYS.group());
  }

  private Grouped first(GroupStart start) {
    return worker.read().group(start, Seen.NEVER, Optional.empty());
  }

  private Grouped again(String... held) {
    return worker
        .read()
        .group(
            GroupStart.now(),
            Seen.BEFORE,
            held.length == 0 ? Optional.empty() : Optional.of(EntryId.parse(held[0])));
  }

  private static Grouped recreated(String start) {
    return new Grouped.Recreated(EntryId.parse(start));
  }

  @Test
  void a_group_that_is_there_stays_as_it_is() {
    add();
    var id = worker.take();

    assertThat(first(GroupStart.now())).isEqualTo(EXISTED);
    assertThat(again()).isEqualTo(EXISTED);
    assertThat(pendingIds()).containsExactly(id);
  }

  @Test
  void a_new_group_is_made_with_its_stream() {
    raw("FLUSHALL");

    assertThat(first(GroupStart.beginning())).isEqualTo(new Grouped.Created(EntryId.ZERO));
    assertThat(raw("TYPE", KEYS.stream())).isEqualTo("stream");
    assertThat(first(GroupStart.beginning())).isEqualTo(EXISTED);
  }

  @Test
  void a_new_group_reads_from_the_beginning() {
    destroy();
    var id = add();
    first(GroupStart.beginning());

    assertThat(worker.take()).isEqualTo(id);
  }

  @Test
  void a_new_group_reads_from_now() {
    destroy();
    var before = add();
    assertThat(first(GroupStart.now())).isEqualTo(new Grouped.Created(before));
    var id = add();

    assertThat(worker.take()).isEqualTo(id);
  }

  @Test
  void a_new_group_reads_after_an_id() {
    destroy();
    addAs("5-1");
    addAs("5-2");

    assertThat(first(GroupStart.after(EntryId.parse("5-1"))))
        .isEqualTo(new Grouped.Created(EntryId.parse("5-1")));
    assertThat(worker.take()).hasToString("5-2");
  }

  @Test
  void a_new_group_reads_from_a_time_on_that_instant_included() {
    destroy();
    addAs("4999-7");
    addAs("5000-0");

    first(GroupStart.at(Instant.ofEpochMilli(5000)));

    assertThat(worker.take()).hasToString("5000-0");
  }

  @Test
  void the_group_of_another_name_is_not_this_one() {
    destroy();
    raw("XGROUP", "CREATE", KEYS.stream(), "processing2", "0");
    raw("XGROUP", "CREATE", KEYS.stream(), "process", "0");

    assertThat(first(GroupStart.beginning())).isInstanceOf(Grouped.Created.class);
  }

  @Test
  void a_group_that_was_gone_begins_at_its_stored_position() {
    addAs("5-1");
    addAs("5-2");
    raw("SET", KEYS.position(), "5-1");
    destroy();

    assertThat(again()).isEqualTo(recreated("5-1"));
    assertThat(worker.take()).hasToString("5-2");
  }

  @Test
  void a_group_with_a_stored_position_was_there_before_whoever_asks() {
    addAs("5-1");
    addAs("5-2");
    raw("SET", KEYS.position(), "5-1");
    destroy();

    assertThat(first(GroupStart.now())).isEqualTo(recreated("5-1"));
  }

  @Test
  void a_group_that_was_gone_begins_below_the_lowest_entry_that_is_held() {
    addAs("5-1");
    addAs("5-9");
    raw("SET", KEYS.position(), "5-8");
    destroy();

    assertThat(again("5-3")).isEqualTo(recreated("5-2"));
  }

  @Test
  void an_entry_held_above_the_stored_position_changes_nothing() {
    addAs("5-9");
    raw("SET", KEYS.position(), "5-1");
    destroy();

    assertThat(again("5-3")).isEqualTo(recreated("5-1"));
  }

  @Test
  void a_group_that_was_gone_begins_below_the_lowest_deferred_entry() {
    addAs("5-9");
    raw("SET", KEYS.position(), "5-8");
    raw("ZADD", KEYS.deferred(), "1", "5-7", "3", "5-4", "2", "5-5");
    destroy();

    assertThat(again("5-6")).isEqualTo(recreated("5-3"));
  }

  @Test
  void a_group_that_was_gone_begins_at_zero_when_nothing_is_stored() {
    addAs("5-1");
    destroy();

    assertThat(again("5-1")).isEqualTo(recreated("0-0"));
    assertThat(worker.take()).hasToString("5-1");
  }

  @Test
  void a_group_begins_at_zero_when_the_stream_was_gone() {
    addAs("5-9");
    raw("SET", KEYS.position(), "5-8");
    raw("DEL", KEYS.stream());

    assertThat(again("5-9")).isEqualTo(recreated("0-0"));
    assertThat(addAs("1-1")).isEqualTo(worker.take());
  }

  @Test
  void a_group_is_never_ahead_of_its_stream() {
    raw("SET", KEYS.position(), "7-0");
    raw("DEL", KEYS.stream());
    addAs("5-1");

    assertThat(again()).isEqualTo(recreated("0-0"));
    assertThat(worker.take()).hasToString("5-1");
  }

  @Test
  void a_position_that_is_the_streams_last_id_is_kept() {
    addAs("5-1");
    raw("SET", KEYS.position(), "5-1");
    destroy();

    assertThat(again()).isEqualTo(recreated("5-1"));
  }

  @Test
  void ids_are_compared_as_numbers_however_large() {
    addAs("10-18446744073709551615");
    raw("SET", KEYS.position(), "10-9");
    raw("ZADD", KEYS.deferred(), "1", "9-10000000000000000001", "2", "9-9999999999999999999");
    destroy();

    // The sequence has more digits than a Lua number: down to the beginning of its millisecond.
    assertThat(again()).isEqualTo(recreated("9-0"));
  }

  @Test
  void several_workers_that_find_the_group_gone_make_it_once() {
    add();
    destroy();
    var second = worker("w2");

    assertThat(again()).isInstanceOf(Grouped.Recreated.class);
    worker.take();
    assertThat(second.read().group(GroupStart.now(), Seen.BEFORE, Optional.empty()))
        .isEqualTo(EXISTED);
    assertThat(pending()).hasSize(1);
  }

  @Test
  void a_group_that_is_made_has_a_new_epoch() {
    destroy();
    again();
    var epoch = raw("HGET", KEYS.info(), "~epoch");
    again();
    assertThat(raw("HGET", KEYS.info(), "~epoch")).isEqualTo(epoch);

    assertThat(Long.parseLong((String) epoch)).isBetween(serverMillis() - 10_000, serverMillis());
  }

  @Test
  void nothing_unfinished_is_skipped_when_a_group_is_destroyed_and_made_anew() {
    var ids = add(6);
    worker.take(4);
    worker.settle(
        new Settlement.Ack(ids.get(0)),
        new Settlement.Ack(ids.get(2)),
        new Settlement.Defer(ids.get(1), 1, ofSeconds(60), 1, ZERO, 1, 0, "not yet"));
    worker.keep().storePosition();
    destroy();

    again(ids.get(3).toString());

    var arrivals = worker.take(5);
    assertThat(arrivals).extracting(Arrival::id).isEqualTo(ids.subList(1, 6));
  }

  @Test
  void a_key_of_another_type_is_refused_by_name() {
    raw("DEL", KEYS.stream());
    raw("SET", KEYS.stream(), "not a stream");

    assertThatThrownBy(() -> first(GroupStart.beginning()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("WRONGTYPE")
        .hasMessageContaining("regroup");
  }

  @Test
  void the_stored_position_survives_what_a_group_does_not() {
    var ids = add(3);
    for (var id : ids) {
      assertThat(worker.take()).isEqualTo(id);
      worker.settle(new Settlement.Ack(id));
    }
    worker.keep().storePosition();
    destroy();

    assertThat(again()).isEqualTo(new Grouped.Recreated(ids.get(2)));
    assertThat(worker.read().readNew(10, ZERO)).isEqualTo(List.of());
  }

  @Test
  void what_waited_for_a_due_time_is_read_anew_instead() {
    add();
    var id = worker.take();
    worker.settle(
        new Settlement.Defer(id, 1, java.time.Duration.ofMinutes(10), 1, ZERO, 1, 0, "not yet"));
    worker.keep().storePosition();
    destroy();

    again();

    assertThat(raw("EXISTS", KEYS.deferred())).isEqualTo(0L);
    assertThat(worker.take()).isEqualTo(id);
    assertThat(worker.due().arrivals()).isEmpty();
  }

  @Test
  void what_was_put_back_below_the_stored_position_is_not_skipped() {
    var old = addAs("5-1");
    addAs("5-2");
    worker.take(2);
    worker.settle(
        new Settlement.Dead(old, 1, 0, List.of("~id", "5-1")),
        new Settlement.Ack(EntryId.parse("5-2")));
    worker.keep().storePosition();
    var inspect = inspect();
    operate()
        .putBack(KEYS, inspect.newestEntries(KEYS.dead(), Optional.empty(), 1).get(0).id(), old);
    destroy();

    again();

    assertThat(worker.take()).isEqualTo(old);
  }

  @Test
  void what_was_restored_below_the_stored_position_is_not_skipped() {
    var old = addAs("5-1");
    addAs("5-2");
    worker.take(2);
    worker.settle(
        new Settlement.Defer(old, 1, ZERO, 1, ZERO, 1, 0, "not yet"),
        new Settlement.Ack(EntryId.parse("5-2")));
    raw("XGROUP", "DELCONSUMER", KEYS.stream(), KEYS.group(), Keys.DEFERRED_CONSUMER);
    worker.keep().storePosition();
    assertThat(raw("GET", KEYS.position())).isEqualTo("5-2");
    assertThat(worker.due().restored()).containsExactly(old);
    destroy();

    again();

    assertThat(worker.take()).isEqualTo(old);
  }
}
