// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.error.MillhandException;
import io.millhand.error.NoGroupException;
import io.millhand.error.RefusedException;
import io.millhand.inspect.Actions.DeadLetterCopy;
import io.millhand.inspect.Actions.Loss;
import io.millhand.inspect.Actions.Reach;
import io.millhand.inspect.Actions.Selection;
import io.millhand.inspect.Actions.Transfer;
import io.millhand.inspect.Actions.TrimRule;
import io.millhand.inspect.Inspector;
import io.millhand.inspect.Lag;
import io.millhand.inspect.Operator;
import io.millhand.inspect.Snapshots.DeadLetter;
import io.millhand.inspect.Snapshots.PutBack;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator does to whole streams, and to dead letters. */
class OperatorStreamTest extends OnEachServer {

  private static final String STREAM = KEYS.stream();
  private static final String GROUP = KEYS.group();
  private static final TrimRule ALL = new TrimRule.OlderThan(ZERO);

  private Operator operator;
  private TestWorker worker;

  @BeforeEach
  void connect() {
    operator = track(new Operator(streams, "ada@box"));
    worker = worker("w1");
  }

  private List<String> ids(String stream) {
    return rawList("XRANGE", stream, "-", "+").stream()
        .map(entry -> (String) ((List<?>) entry).get(0))
        .toList();
  }

  private void fiveOfWhichTheThirdIsDeferred() {
    for (int i = 1; i <= 5; i++) {
      addAs("5-" + i);
    }
    for (var arrival : worker.take(4)) {
      worker.settle(
          arrival.id().sequence() == 3
              ? new Settlement.Defer(arrival.id(), 1, ofMinutes(10), 1, ZERO, 1, 0, "")
              : new Settlement.Ack(arrival.id()));
    }
  }

  @Test
  void a_trim_ends_at_what_some_group_has_not_finished_and_its_plan_says_so() {
    fiveOfWhichTheThirdIsDeferred();

    var plan = operator.planTrim(STREAM, ALL, Reach.FINISHED);
    assertThat(plan.firstKept()).isEqualTo(EntryId.parse("5-3"));
    assertThat(plan.entries()).isEqualTo(new Lag.Exactly(2));
    assertThat(plan.heldBy()).contains(GROUP);
    assertThat(ids(STREAM)).hasSize(5);

    assertThat(operator.trim(STREAM, ALL, Reach.FINISHED)).isEqualTo(2);
    assertThat(ids(STREAM)).containsExactly("5-3", "5-4", "5-5");
    assertThat(operator.trim(STREAM, ALL, Reach.FINISHED)).isZero();
  }

  @Test
  void a_trim_past_unfinished_work_must_be_asked_for_by_name_and_its_plan_tells_the_losses() {
    fiveOfWhichTheThirdIsDeferred();
    raw("XGROUP", "CREATE", STREAM, "late", "5-4");
    var rule = new TrimRule.AllBut(1);

    assertThat(operator.planTrim(STREAM, rule, Reach.FINISHED).entries().entries()).isEqualTo(2);
    var plan = operator.planTrim(STREAM, rule, Reach.PAST_UNFINISHED);
    assertThat(plan.entries()).isEqualTo(new Lag.Exactly(4));
    assertThat(plan.losses())
        .containsExactly(new Loss(GROUP, new Lag.Exactly(1), new Lag.Exactly(0)));

    assertThat(operator.trim(STREAM, rule, Reach.PAST_UNFINISHED)).isEqualTo(4);
    assertThat(ids(STREAM)).containsExactly("5-5");
  }

  @Test
  void a_trim_keeps_what_its_rule_keeps() {
    fiveOfWhichTheThirdIsDeferred();

    assertThat(operator.trim(STREAM, new TrimRule.AllBut(5), Reach.FINISHED)).isZero();
    assertThat(operator.trim(STREAM, new TrimRule.AllBut(9), Reach.FINISHED)).isZero();
    assertThat(operator.trim(STREAM, new TrimRule.OlderThan(ofDays(36_500)), Reach.FINISHED))
        .isZero();
    assertThat(operator.trim(STREAM, new TrimRule.Below(EntryId.parse("5-2")), Reach.FINISHED))
        .isEqualTo(1);
    assertThat(ids(STREAM)).hasSize(4);
  }

  @Test
  void a_stream_without_a_group_is_trimmed_only_where_that_was_asked_for_by_name() {
    raw("XADD", "lonely", "1-1", "a", "1");

    assertThat(operator.trim("lonely", ALL, Reach.FINISHED)).isZero();
    assertThat(operator.trim("lonely", ALL, Reach.PAST_UNFINISHED)).isEqualTo(1);
    assertThatThrownBy(() -> operator.trim("nothing", ALL, Reach.FINISHED))
        .isInstanceOf(NoGroupException.class);
  }

  @Test
  void entries_are_counted_and_copied_as_far_as_they_were_there_when_it_began() {
    add(250);
    var all = new Selection.Range(EntryId.ZERO, new EntryId(-1L, -1L), 1_000_000);

    assertThat(operator.count(STREAM, all)).isEqualTo(new Lag.Exactly(250));
    assertThat(operator.copy(STREAM, all, "other")).isEqualTo(new Transfer(250, 0, 0, List.of()));
    assertThat(ids("other")).hasSize(250);
    assertThat(ids(STREAM)).hasSize(250);
    assertThatThrownBy(() -> operator.copy(STREAM, all, STREAM))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void what_is_moved_is_in_the_other_stream_and_pending_nowhere() {
    var ids = add(3);
    worker.take(2);
    var missing = EntryId.parse("1-1");

    var moved = operator.move(STREAM, new Selection.Ids(List.of(ids.get(1), missing)), "{other}:x");

    assertThat(moved).isEqualTo(new Transfer(1, 1, 1, List.of(missing)));
    assertThat(pendingIds()).containsExactly(ids.get(0));
    assertThat(ids(STREAM)).hasSize(2);
    assertThat(rawList("XRANGE", "{other}:x", "-", "+").toString()).contains("order_id, 1");
    assertThat(
            operator
                .move(STREAM, new Selection.Range(ids.get(0), ids.get(2), 1), "{other}:x")
                .deleted())
        .isEqualTo(1);
    assertThat(ids(STREAM)).containsExactly(ids.get(2).toString());
  }

  @Test
  void what_the_other_stream_does_not_take_stays_where_it_is() {
    var ids = add(3);
    worker.take(2);
    raw("SET", "other", "not a stream");

    assertThatThrownBy(() -> operator.move(STREAM, new Selection.Ids(ids), "other"))
        .isInstanceOf(MillhandException.class);
    assertThat(ids(STREAM)).hasSize(3);
    assertThat(pendingIds()).hasSize(2);
  }

  /** Three dead letters. */
  private List<DeadLetter> letters() {
    add(3);
    for (var arrival : worker.take(3)) {
      worker.settle(
          new Settlement.Dead(
              arrival.id(), 1, 0, List.of("~id", arrival.id().toString(), "~reason", "no stock")));
    }
    return track(new Inspector(streams)).dead(STREAM, GROUP, Optional.empty(), 10);
  }

  @Test
  void dead_letters_are_put_back_one_by_one_and_those_that_cannot_be_are_told() {
    var letters = letters();
    trimAway(letters.get(1).entry());

    var back = operator.putBack(STREAM, GROUP, letters);

    assertThat(back.done()).isEqualTo(2);
    assertThat(back.refused())
        .singleElement()
        .satisfies(refused -> assertThat(refused.why()).isEqualTo(PutBack.TRIMMED));
    assertThat(pendingIds()).hasSize(2);
    assertThat(raw("XLEN", KEYS.dead())).isEqualTo(1L);
    assertThat(OperatorTest.audit(rawList("XRANGE", "{orders}:audit", "-", "+")))
        .singleElement()
        .satisfies(
            row -> assertThat(row).containsEntry("what", "dead retry").containsEntry("count", "2"));
  }

  @Test
  void dead_letters_come_back_changed_as_new_entries() {
    var letters = letters().subList(0, 1);

    var added =
        operator.addAnew(STREAM, GROUP, letters, fields -> Fields.of("order_id", "corrected"));

    assertThat(inspect().entry(STREAM, added.get(0).added()).orElseThrow().text("order_id"))
        .isEqualTo("corrected");
    assertThat(raw("XLEN", KEYS.dead())).isEqualTo(2L);
  }

  @Test
  void what_was_purged_comes_back_from_its_copies_once_and_byte_for_byte() {
    var letters = letters();
    var copies =
        letters.stream().map(each -> new DeadLetterCopy(each.facts(), each.fields())).toList();
    assertThat(operator.purge(STREAM, GROUP, letters.subList(0, 2))).isEqualTo(2);
    assertThat(operator.purge(STREAM, GROUP, letters.subList(0, 2))).isZero();

    assertThat(operator.importDead(STREAM, GROUP, copies)).isEqualTo(2);
    assertThat(operator.importDead(STREAM, GROUP, copies)).isZero();

    var again = track(new Inspector(streams)).dead(STREAM, GROUP, Optional.empty(), 10);
    assertThat(again)
        .extracting(DeadLetter::entry, DeadLetter::reason, DeadLetter::fields, DeadLetter::last)
        .containsExactlyInAnyOrderElementsOf(
            letters.stream()
                .map(
                    each ->
                        org.assertj.core.groups.Tuple.tuple(
                            each.entry(), each.reason(), each.fields(), each.last()))
                .toList());
    assertThat(operator.putBack(STREAM, GROUP, again).done()).isEqualTo(3);
  }

  @Test
  void a_trim_and_an_ack_go_on_at_maxmemory() {
    fiveOfWhichTheThirdIsDeferred();
    fillMemory();
    try {
      assertThat(operator.trim(STREAM, ALL, Reach.FINISHED)).isEqualTo(2);
      assertThat(operator.ack(STREAM, GROUP, List.of(EntryId.parse("5-3"))).done()).isEqualTo(1);
    } finally {
      raw("CONFIG", "SET", "maxmemory", "0");
    }
  }
}
