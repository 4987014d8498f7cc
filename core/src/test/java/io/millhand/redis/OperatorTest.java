// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static io.millhand.redis.Keys.DEFERRED_CONSUMER;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.config.GroupStart;
import io.millhand.delivery.EntryId;
import io.millhand.error.NoGroupException;
import io.millhand.error.RefusedException;
import io.millhand.error.UnavailableException;
import io.millhand.inspect.Actions.Despite;
import io.millhand.inspect.Actions.Destruction;
import io.millhand.inspect.Actions.Handover;
import io.millhand.inspect.Actions.Letters;
import io.millhand.inspect.Actions.Pending;
import io.millhand.inspect.Actions.Removal;
import io.millhand.inspect.Inspector;
import io.millhand.inspect.Lag;
import io.millhand.inspect.Operator;
import io.millhand.inspect.Snapshots.DeadLetter;
import io.millhand.redis.Settlement.Result;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator does to pending entries, consumers and groups. */
class OperatorTest extends OnEachServer {

  private static final String STREAM = KEYS.stream();
  private static final String GROUP = KEYS.group();

  private Operator operator;

  @BeforeEach
  void connect() {
    operator = track(new Operator(streams, "ada@box"));
  }

  /** What stands in the audit stream, oldest first. */
  static List<Map<String, String>> audit(List<?> rows) {
    return rows.stream().map(row -> map((List<?>) ((List<?>) row).get(1))).toList();
  }

  private static Map<String, String> map(List<?> words) {
    var map = new TreeMap<String, String>();
    for (int i = 0; i < words.size(); i += 2) {
      map.put((String) words.get(i), (String) words.get(i + 1));
    }
    return map;
  }

  private List<Map<String, String>> audit() {
    return audit(rawList("XRANGE", "{orders}:audit", "-", "+"));
  }

  private void deferLong(TestWorker worker, EntryId id) {
    worker.settle(new Settlement.Defer(id, 1, ofMinutes(10), 1, ZERO, 1, 0, "card refused"));
  }

  @Test
  void an_entry_that_is_released_is_due_now_for_anybody_and_nothing_is_counted() {
    var worker = worker("w1");
    var other = worker("w2");
    add(2);
    var held = worker.take();
    var deferred = worker.take();
    deferLong(worker, deferred);

    var released = operator.release(STREAM, GROUP, List.of(held, deferred));

    assertThat(released).isEqualTo(new Handover(2, List.of(), List.of()));
    assertThat(pendingOf(DEFERRED_CONSUMER)).containsExactly(held, deferred);
    assertThat(pending(held).deliveries()).isEqualTo(1);
    assertThat(failure(deferred).attempts()).isEqualTo(1);
    assertThat(other.dueIds()).containsExactlyInAnyOrder(held, deferred);
  }

  @Test
  void a_worker_cannot_give_up_what_was_released_under_it_but_what_it_did_is_acked() {
    var worker = worker("w1");
    var ids = add(2);
    worker.take(2);

    operator.release(STREAM, GROUP, ids);

    assertThat(worker.settle(new Settlement.Dead(ids.get(0), 1, 0, List.of())).results())
        .containsExactly(new Result.Fenced());
    assertThat(worker.result(new Settlement.Ack(ids.get(1)))).isEqualTo(new Result.Done());
    assertThat(pendingOf(DEFERRED_CONSUMER)).containsExactly(ids.get(0));
  }

  @Test
  void what_was_trimmed_or_is_not_pending_is_told() {
    var worker = worker("w1");
    add(3);
    var trimmed = worker.take();
    var acked = worker.take();
    var unread = add();
    worker.settle(new Settlement.Ack(acked));
    trimAway(trimmed);

    var released = operator.release(STREAM, GROUP, List.of(trimmed, acked, unread));

    assertThat(released).isEqualTo(new Handover(0, List.of(trimmed), List.of(acked, unread)));
    assertThat(pending()).isEmpty();
    assertThat(dueTime(trimmed)).isNull();
  }

  @Test
  void all_that_a_consumer_has_is_released_and_nothing_of_others() {
    add(251);
    worker("w2").take();
    var worker = worker("w1");
    worker.take(250);

    assertThat(operator.releaseAll(STREAM, GROUP, "w1").done()).isEqualTo(250);

    assertThat(pendingOf(DEFERRED_CONSUMER)).hasSize(250);
    assertThat(pendingOf("w2")).hasSize(1);
    assertThat(audit()).singleElement().extracting(row -> row.get("count")).isEqualTo("250");
    assertThatThrownBy(() -> operator.releaseAll(STREAM, GROUP, DEFERRED_CONSUMER))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void an_entry_that_is_claimed_belongs_to_the_consumer_that_was_named() {
    var worker = worker("w1");
    add(2);
    var held = worker.take();
    var deferred = worker.take();
    deferLong(worker, deferred);

    assertThat(operator.claim(STREAM, GROUP, "script", List.of(held, deferred)).done())
        .isEqualTo(2);

    assertThat(pendingOf("script")).containsExactly(held, deferred);
    assertThat(pending(held).deliveries()).isEqualTo(1);
    assertThat(dueTime(deferred)).isNull();
    assertThat(operator.claim(STREAM, GROUP, "script", List.of(held)).missed())
        .containsExactly(held);
    assertThatThrownBy(() -> operator.claim(STREAM, GROUP, DEFERRED_CONSUMER, List.of(held)))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void an_ack_gives_an_entry_up_with_all_that_is_known_of_it_and_tells_what_was_not_pending() {
    var worker = worker("w1");
    var unread = add(2).get(1);
    var deferred = worker.take();
    deferLong(worker, deferred);

    var acked = operator.ack(STREAM, GROUP, List.of(deferred, unread));

    assertThat(acked).isEqualTo(new Handover(1, List.of(), List.of(unread)));
    assertThat(pending()).isEmpty();
    assertThat(raw("EXISTS", KEYS.deferred(), KEYS.failures())).isEqualTo(0L);
  }

  @Test
  void a_consumer_is_removed_only_when_nothing_is_pending_there_or_after_that_is_due_now() {
    add(150);
    raw("XREADGROUP", "GROUP", GROUP, "script", "COUNT", "150", "STREAMS", STREAM, ">");

    assertThat(operator.removeConsumer(STREAM, GROUP, "script", Pending.REFUSE).result())
        .isEqualTo(Removal.Result.PENDING);
    assertThat(pendingOf("script")).hasSize(150);
    assertThat(audit()).isEmpty();

    var removed = operator.removeConsumer(STREAM, GROUP, "script", Pending.TAKE_OVER);
    assertThat(removed).isEqualTo(new Removal(Removal.Result.REMOVED, 150, List.of()));
    assertThat(pendingOf(DEFERRED_CONSUMER)).hasSize(150);
    assertThat(operator.removeConsumer(STREAM, GROUP, "script", Pending.TAKE_OVER).result())
        .isEqualTo(Removal.Result.NONE);
  }

  @Test
  void a_registered_worker_is_removed_only_when_its_connection_is_gone() {
    var worker = worker("w1");
    add();
    worker.take();

    assertThat(operator.removeConsumer(STREAM, GROUP, "w1", Pending.TAKE_OVER).result())
        .isEqualTo(Removal.Result.ALIVE);
    assertThat(pendingOf("w1")).hasSize(1);

    worker.close();
    assertThat(operator.removeConsumer(STREAM, GROUP, "w1", Pending.TAKE_OVER).result())
        .isEqualTo(Removal.Result.REMOVED);
    assertThat(info("w1")).isNull();
    assertThat(pendingOf(DEFERRED_CONSUMER)).hasSize(1);
  }

  @Test
  void the_reserved_consumer_is_never_removed() {
    var worker = worker("w1");
    add();
    deferLong(worker, worker.take());

    assertThat(
            operator.removeConsumer(STREAM, GROUP, DEFERRED_CONSUMER, Pending.TAKE_OVER).result())
        .isEqualTo(Removal.Result.RESERVED);
    try (var redis = streams.operating("orders")) {
      assertThat(redis.dismiss(KEYS, DEFERRED_CONSUMER, ""))
          .isEqualTo(OperateCommands.Dismissed.RESERVED);
    }
    assertThat(pendingOf(DEFERRED_CONSUMER)).hasSize(1);
  }

  @Test
  void a_group_that_is_set_back_is_given_entries_again_and_its_safe_position_follows() {
    var ids = add(5);
    var worker = worker("w1");
    worker.take(5).forEach(arrival -> worker.settle(new Settlement.Ack(arrival.id())));
    worker.keep().storePosition();
    var where = GroupStart.after(ids.get(1));

    var plan = operator.planPosition(STREAM, GROUP, where);
    assertThat(plan.again()).isEqualTo(new Lag.Exactly(3));
    assertThat(plan.skipped()).isEqualTo(new Lag.Exactly(0));

    operator.setPosition(STREAM, GROUP, where);
    raw("XGROUP", "DESTROY", STREAM, GROUP);
    worker.read().group(GroupStart.now(), ReadCommands.Seen.BEFORE, Optional.empty());
    assertThat(worker.take(3)).extracting(Arrival::id).isEqualTo(ids.subList(2, 5));
  }

  @Test
  void a_group_that_is_set_forward_is_told_what_it_skips_and_never_passes_the_end_of_its_stream() {
    var ids = add(5);

    assertThat(operator.planPosition(STREAM, GROUP, GroupStart.now()).skipped())
        .isEqualTo(new Lag.Exactly(5));
    assertThat(operator.setPosition(STREAM, GROUP, GroupStart.now()).to()).isEqualTo(ids.get(4));
    assertThatThrownBy(
            () -> operator.setPosition(STREAM, GROUP, GroupStart.after(ids.get(4).next())))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("the stream ends at " + ids.get(4));
    assertThatThrownBy(() -> operator.setPosition(STREAM, "nobody", GroupStart.now()))
        .isInstanceOf(NoGroupException.class);
    assertThatThrownBy(() -> operator.setPosition("nothing", GROUP, GroupStart.now()))
        .isInstanceOf(NoGroupException.class);
  }

  @Test
  void a_group_is_destroyed_only_when_nothing_is_pending_and_nobody_works_on_it() {
    var worker = worker("w1");
    add();
    var id = worker.take();
    deferLong(worker, id);

    assertThat(operator.destroyGroup(STREAM, GROUP, Despite.PENDING, Letters.KEEP).result())
        .isEqualTo(Destruction.Result.WORKERS);
    assertThat(operator.destroyGroup(STREAM, GROUP, Despite.WORKERS, Letters.KEEP))
        .isEqualTo(new Destruction(Destruction.Result.PENDING, 1, 1, 0));
    assertThat(pendingIds()).containsExactly(id);

    assertThat(operator.destroyGroup(STREAM, GROUP, Despite.BOTH, Letters.KEEP).result())
        .isEqualTo(Destruction.Result.DESTROYED);
    assertThat(rawList("XINFO", "GROUPS", STREAM)).isEmpty();
    assertThat(raw("EXISTS", KEYS.deferred(), KEYS.failures(), KEYS.workers(), KEYS.info()))
        .isEqualTo(0L);
    assertThat(raw("XLEN", STREAM)).isEqualTo(1L);
    assertThat(operator.destroyGroup(STREAM, GROUP, Despite.NOTHING, Letters.KEEP).result())
        .isEqualTo(Destruction.Result.NONE);
  }

  @Test
  void the_dead_letters_outlive_their_group_unless_their_deletion_is_asked_for_by_name() {
    raw("XADD", KEYS.dead(), "*", "~millhand", "1");

    operator.destroyGroup(STREAM, GROUP, Despite.NOTHING, Letters.KEEP);
    assertThat(raw("XLEN", KEYS.dead())).isEqualTo(1L);
    assertThat(operator.destroyGroup(STREAM, GROUP, Despite.NOTHING, Letters.DELETE))
        .isEqualTo(new Destruction(Destruction.Result.DESTROYED, 0, 0, 1));
    assertThat(raw("EXISTS", KEYS.dead())).isEqualTo(0L);
  }

  @Test
  void what_changed_something_is_recorded_with_who_what_and_how_many_and_nothing_else_is() {
    var worker = worker("w1");
    add();
    var id = worker.take();

    operator.release(STREAM, GROUP, List.of(EntryId.parse("1-1")));
    operator.planPosition(STREAM, GROUP, GroupStart.now());
    operator.setPosition(STREAM, GROUP, GroupStart.now());
    assertThat(audit()).isEmpty();

    operator.ack(STREAM, GROUP, List.of(id));
    assertThat(audit())
        .containsExactly(
            Map.of(
                "who", "ada@box",
                "user", "default",
                "what", "ack",
                "group", GROUP,
                "ids", "[" + id + "]",
                "count", "1"));
  }

  @Test
  void a_group_is_created_once_and_that_is_recorded_once() {
    assertThat(operator.createGroup(STREAM, "more", GroupStart.now())).isTrue();
    assertThat(operator.createGroup(STREAM, "more", GroupStart.now())).isFalse();

    assertThat(audit())
        .singleElement()
        .extracting(row -> row.get("what"))
        .isEqualTo("group create");
  }

  @Test
  void an_action_that_breaks_off_is_recorded_as_far_as_it_came() {
    add(2);
    var worker = worker("w1");
    worker
        .take(2)
        .forEach(
            each ->
                worker.settle(
                    new Settlement.Dead(each.id(), 1, 0, List.of("~id", each.id().toString()))));
    var letters = track(new Inspector(streams)).dead(STREAM, GROUP, Optional.empty(), 10);
    // The second is asked for when the first is done: then the connection is gone.
    Iterable<DeadLetter> breaking =
        () ->
            letters.stream()
                .peek(
                    letter -> {
                      if (letter.equals(letters.get(1))) {
                        raw("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
                      }
                    })
                .iterator();

    assertThatThrownBy(() -> operator.putBack(STREAM, GROUP, breaking))
        .isInstanceOf(UnavailableException.class);

    assertThat(audit()).singleElement().extracting(row -> row.get("count")).isEqualTo("1");
    assertThat(raw("XLEN", KEYS.dead())).isEqualTo(1L);
  }

  @Test
  void an_action_that_cannot_be_recorded_is_done_all_the_same() {
    var worker = worker("w1");
    add();
    var id = worker.take();
    raw("SET", "{orders}:audit", "not a stream");

    assertThat(operator.ack(STREAM, GROUP, List.of(id)).done()).isEqualTo(1);
    assertThat(pending()).isEmpty();
  }

  @Test
  void a_group_or_a_stream_that_does_not_exist_is_told() {
    var ids = List.of(EntryId.parse("1-1"));
    assertThatThrownBy(() -> operator.release(STREAM, "nobody", ids))
        .isInstanceOf(NoGroupException.class);
    assertThatThrownBy(() -> operator.releaseAll("nothing", GROUP, "w1"))
        .isInstanceOf(NoGroupException.class);
    assertThatThrownBy(() -> operator.removeConsumer(STREAM, "nobody", "w1", Pending.REFUSE))
        .isInstanceOf(NoGroupException.class);
  }
}
