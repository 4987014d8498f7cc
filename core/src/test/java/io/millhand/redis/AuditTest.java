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
import io.millhand.inspect.Actions.Redelivery;
import io.millhand.inspect.AuditLine;
import io.millhand.inspect.AuditReport;
import io.millhand.inspect.Inspector;
import io.millhand.inspect.Lag;
import io.millhand.inspect.Operator;
import io.millhand.inspect.Snapshots.FailureInfo;
import io.millhand.inspect.Stray;
import io.millhand.inspect.Stray.Evidence;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Entries that were given to a group and never handled: how they are found, and come back. */
class AuditTest extends OnEachServer {

  private static final String STREAM = KEYS.stream();
  private static final String GROUP = KEYS.group();

  private TestWorker worker;
  private Inspector inspector;
  private Operator operator;

  @BeforeEach
  void connect() {
    worker = worker("w1");
    inspector = track(new Inspector(streams));
    operator = track(new Operator(streams, "ada@box"));
  }

  private AuditReport audit() {
    return inspector.audit(STREAM, GROUP, 100, seen -> {});
  }

  private List<EntryId> strays() {
    return audit().strays().stream().map(Stray::id).toList();
  }

  private Evidence evidence() {
    return audit().strays().get(0).evidence();
  }

  private void fail(EntryId id) {
    worker.settle(new Settlement.Defer(id, 1, ofMinutes(10), 1, ZERO, 1, 0, "card refused"));
  }

  private void deleteConsumer(String name) {
    raw("XGROUP", "DELCONSUMER", STREAM, GROUP, name);
  }

  @Test
  void what_was_in_hand_again_after_a_failure_is_found_when_its_consumer_is_deleted() {
    var ids = add(3);
    worker.take(3);
    fail(ids.get(0));
    fail(ids.get(1));
    makeDue(ids.get(0));
    worker.due();
    worker.settle(new Settlement.Ack(ids.get(2)));

    deleteConsumer("w1");

    assertThat(strays()).containsExactly(ids.get(0));
    assertThat(evidence())
        .isInstanceOfSatisfying(
            Evidence.Recorded.class,
            recorded -> {
              assertThat(recorded.failure().cause()).isEqualTo(FailureInfo.Cause.FAILED);
              assertThat(recorded.failure().attempts()).isEqualTo(1);
              assertThat(recorded.failure().error()).isEqualTo("card refused");
            });
    assertThat(audit().untold()).contains(1L);
  }

  @Test
  void what_waited_for_a_retry_is_found_when_the_reserved_consumer_is_deleted() {
    var ids = add(2);
    worker.take(2);
    ids.forEach(this::fail);

    deleteConsumer(DEFERRED_CONSUMER);

    assertThat(strays()).isEqualTo(ids);
    assertThat(evidence())
        .isInstanceOfSatisfying(
            Evidence.Scheduled.class,
            scheduled -> {
              assertThat(scheduled.dueIn()).isPositive().isLessThanOrEqualTo(ofMinutes(10));
              assertThat(scheduled.failure().orElseThrow().attempts()).isEqualTo(1);
            });
  }

  @Test
  void nothing_is_found_of_what_is_handled_deferred_dead_or_unread() {
    var ids = add(6);
    worker.take(5);
    worker.settle(new Settlement.Ack(ids.get(0)));
    fail(ids.get(1));
    fail(ids.get(2));
    makeDue(ids.get(2));
    worker.due();
    worker.settle(
        new Settlement.AckRecorded(ids.get(2)),
        new Settlement.Dead(ids.get(3), 1, 0, List.of("~id", ids.get(3).toString())));

    assertThat(audit().hasStrays()).isFalse();
    assertThat(audit().count()).isEqualTo(new Lag.Exactly(0));
  }

  @Test
  void what_was_trimmed_or_has_a_dead_letter_is_not_named() {
    var ids = add(2);
    worker.take(2);
    worker.settle(new Settlement.Dead(ids.get(0), 1, 0, List.of("~id", ids.get(0).toString())));
    var now = serverMillis();
    ids.forEach(id -> remember(id, "1 0 %d %d f card refused".formatted(now, now)));
    raw("XACK", STREAM, GROUP, ids.get(1).toString());
    trimAway(ids.get(1));

    assertThat(strays()).isEmpty();
  }

  @Test
  void what_an_operator_gave_up_is_named_with_who_and_when() {
    var ids = add(3);
    worker.take(2);
    worker.settle(new Settlement.Ack(ids.get(0)));
    operator.ack(STREAM, GROUP, ids.subList(0, 2));

    assertThat(strays()).containsExactly(ids.get(1));
    assertThat(evidence())
        .isInstanceOfSatisfying(
            Evidence.GivenUp.class,
            givenUp -> assertThat(givenUp.line().who()).isEqualTo("ada@box"));
  }

  @Test
  void what_an_operator_set_the_group_forward_past_is_named_and_what_was_read_is_not() {
    var ids = add(6);
    worker.take(2);
    operator.setPosition(STREAM, GROUP, GroupStart.after(ids.get(4)));
    worker.take(1);

    assertThat(strays()).isEqualTo(ids.subList(2, 5));
    assertThat(evidence()).isInstanceOf(Evidence.Skipped.class);

    operator.redeliver(STREAM, GROUP, ids.subList(2, 4));
    assertThat(strays()).isEqualTo(ids.subList(4, 5));
    assertThat(worker.dueIds()).containsExactlyElementsOf(ids.subList(2, 4));
  }

  @Test
  void what_is_old_when_a_group_is_set_back_and_reads_again_is_not_named() {
    var ids = add(2);
    worker.take(2);
    fail(ids.get(0));
    makeDue(ids.get(0));
    worker.due();
    deleteConsumer("w1");
    assertThat(strays()).containsExactly(ids.get(0));

    operator.setPosition(STREAM, GROUP, GroupStart.beginning());
    worker.take(2);
    worker.settle(new Settlement.Ack(ids.get(0)), new Settlement.Ack(ids.get(1)));

    assertThat(strays()).isEmpty();
  }

  @Test
  void what_is_redelivered_is_due_now_with_a_fresh_set_of_attempts_for_its_group_alone() {
    raw("XGROUP", "CREATE", STREAM, "billing", "$");
    var ids = add(3);
    worker.take(2);
    fail(ids.get(0));
    makeDue(ids.get(0));
    worker.due();
    deleteConsumer("w1");
    trimAway(ids.get(1));
    var other = worker("w2");
    var held = add();
    other.take(2);
    var unread = add();

    var redelivery =
        operator.redeliver(STREAM, GROUP, List.of(ids.get(0), ids.get(1), held, unread));

    assertThat(redelivery)
        .isEqualTo(new Redelivery(1, List.of(held), List.of(ids.get(1)), List.of(unread)));
    assertThat(failure(ids.get(0)).attempts()).isZero();
    assertThat(other.dueIds()).containsExactly(ids.get(0));
    assertThat(rawList("XPENDING", STREAM, "billing")).first().isEqualTo(0L);
    assertThat(inspector.auditLines(STREAM, Optional.empty(), 10))
        .extracting(AuditLine::what, AuditLine::count, line -> line.details().get("ids"))
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("redeliver", 1L, "[" + ids.get(0) + "]"));
  }

  @Test
  void to_redeliver_twice_does_no_harm_and_a_group_that_is_gone_is_told() {
    var id = add();
    worker.take();
    raw("XACK", STREAM, GROUP, id.toString());
    assertThat(operator.redeliver(STREAM, GROUP, List.of(id)).done()).isEqualTo(1);

    assertThat(operator.redeliver(STREAM, GROUP, List.of(id)).pending()).containsExactly(id);
    raw("XGROUP", "DESTROY", STREAM, GROUP);
    assertThatThrownBy(() -> operator.redeliver(STREAM, GROUP, List.of(id)))
        .isInstanceOf(NoGroupException.class);
  }

  @Test
  void the_safe_position_goes_below_what_is_redelivered() {
    var ids = add(2);
    worker.take(2);
    worker.settle(new Settlement.Ack(ids.get(0)), new Settlement.Ack(ids.get(1)));
    worker.keep().storePosition();

    operator.redeliver(STREAM, GROUP, ids.subList(1, 2));

    assertThat(EntryId.parse((String) raw("GET", KEYS.position()))).isLessThan(ids.get(1));
  }

  @Test
  void what_tells_of_a_stray_is_swept_only_after_a_day_or_when_the_stream_has_it_no_more() {
    var ids = add(3);
    worker.take(3);
    var now = serverMillis();
    remember(ids.get(0), "1 0 %d %d f fresh".formatted(now, now));
    remember(ids.get(1), "1 0 %d %d f old".formatted(now, now - ofMinutes(24 * 60 + 1).toMillis()));
    remember(ids.get(2), "1 0 %d %d f trimmed".formatted(now, now));
    deleteConsumer("w1");
    trimAway(ids.get(2));

    worker.keep().sweep("0");

    assertThat(rawList("HKEYS", KEYS.failures())).isEqualTo(List.of(ids.get(0).toString()));
  }

  @Test
  void as_many_are_named_as_are_asked_for_and_all_are_counted() {
    add(250);
    worker.take(250);
    var now = serverMillis();
    pendingIds().forEach(id -> remember(id, "1 0 %d %d f card refused".formatted(now, now)));
    deleteConsumer("w1");

    var report = inspector.audit(STREAM, GROUP, 10, seen -> {});

    assertThat(report.strays()).hasSize(10).isSortedAccordingTo((a, b) -> a.id().compareTo(b.id()));
    assertThat(report.count()).isEqualTo(new Lag.Exactly(250));
  }
}
