// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import static io.millhand.autoscale.Watched.STEP;
import static io.millhand.autoscale.Watched.TEN;
import static io.millhand.autoscale.Watched.atWork;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.autoscale.Advice.Need;
import io.millhand.autoscale.Advice.Unknown;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** By the defaults an entry may wait for 2 minutes, and a backlog drains in one. */
class ScalerTest {

  private static final ScalingPolicy USUAL = ScalingPolicy.DEFAULT;

  private static final Duration MINUTE = Duration.ofMinutes(1);

  // ---------------------------------------------------------------- what is not known

  @Test
  void one_look_alone_is_unknown() {
    var advice = new Watched(TEN).workers(3).waiting(1000).blind();

    assertThat(advice).isEqualTo(new Unknown("one look cannot tell how much comes"));
  }

  @Test
  void what_was_not_measured_is_unknown_and_never_a_number() {
    var group = atWork(10);

    for (int i = 0; i < 100; i++) {
      assertThat(group.blind())
          .isEqualTo(new Unknown("it is not known how much comes and is settled"));
    }
  }

  @Test
  void over_work_that_nobody_is_there_for_one_is_asked_for_though_nothing_else_is_known() {
    for (var policy : List.of(USUAL, TEN)) {
      var group = new Watched(policy).waiting(1);
      assertThat(group.blind())
          .isEqualTo(
              new Need(
                  1, "there is work and nobody to do it; one look cannot tell how much comes"));
      for (int i = 0; i < 20; i++) {
        assertThat(group.blind()).isInstanceOf(Need.class);
      }
      assertThat(group.requested(1).blind()).isInstanceOf(Unknown.class);
      assertThat(group.requested(0).paused().blind()).isInstanceOf(Unknown.class);
    }
  }

  @Test
  void after_a_short_time_unknown_the_need_is_as_before() {
    var group = atWork(10);
    group.blind();
    group.blind();

    assertThat(group.need(90, 90).workers()).isEqualTo(10);
  }

  @Test
  void after_a_longer_time_unknown_nobody_leaves_before_a_minute_is_known() {
    var group = atWork(10);
    for (int i = 0; i < 12; i++) {
      group.blind();
    }
    group.nothing();

    assertThat(group.untilNeedIsNot(10, 0, 0)).isBetween(MINUTE, MINUTE.plus(STEP));
  }

  @Test
  void where_it_is_not_known_how_much_waits_nobody_leaves() {
    var group = atWork(10).inHand(0).waitingAtLeast(0);

    var need = group.steady(Duration.ofMinutes(20), 0, 0);

    assertThat(need.workers()).isEqualTo(10);
    assertThat(need.reason()).startsWith("it is not known how much waits, so nobody leaves: ");
  }

  @Test
  void where_it_is_not_known_how_much_waits_what_surely_waits_counts() {
    var group = Watched.of(TEN).waitingAtLeast(6000);

    assertThat(group.need(0, 0).workers()).isEqualTo(10);
  }

  // ---------------------------------------------------------------- nothing, and something

  @ParameterizedTest
  @CsvSource({"0", "1", "7"})
  void with_nothing_at_all_there_are_the_fewest(int min) {
    assertThat(Watched.of(USUAL.between(min, 9)).need(0, 0).workers()).isEqualTo(min);
    assertThat(Watched.of(TEN.between(min, 9)).need(0, 0).workers()).isEqualTo(min);
  }

  static Stream<Arguments> work() {
    return Stream.of(
            Work.of("backlog", group -> group.waiting(1)),
            Work.of("a backlog that is not known", group -> group.waitingAtLeast(1)),
            Work.of("pending", group -> group.inHand(1)),
            Work.of("deferred", group -> group.later(1)))
        .flatMap(work -> Stream.of(USUAL, TEN).map(policy -> Arguments.of(work, policy)));
  }

  record Work(String name, UnaryOperator<Watched> on) {
    static Work of(String name, UnaryOperator<Watched> on) {
      return new Work(name, on);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest
  @MethodSource("work")
  void over_the_least_work_there_is_one_worker_however_long_it_takes(
      Work work, ScalingPolicy policy) {
    var nobody = work.on().apply(Watched.of(policy));
    var one = work.on().apply(Watched.of(policy).workers(1));

    for (int i = 0; i < 500; i++) {
      assertThat(nobody.need(0, 0).workers()).isEqualTo(1);
      assertThat(one.need(0, 0).workers()).isEqualTo(1);
    }
  }

  @Test
  void nobody_stays_when_there_has_been_nothing_for_a_minute() {
    var group = atWork(1).nothing();

    assertThat(group.untilNeedIsNot(1, 0, 0)).isBetween(MINUTE, Duration.ofMinutes(2));
    assertThat(group.steady(MINUTE, 0, 0).workers()).isZero();
  }

  // ---------------------------------------------------------------- how many

  @ParameterizedTest
  @CsvSource({
    // come a second, wait -> workers
    "0, 600, 1",
    "0, 601, 2",
    "0, 1200, 2",
    "0, 12000, 20",
    "9, 0, 1",
    "90, 0, 10",
    "90, 90, 10", // on its way
    "90, 690, 10", // a tenth of their time is enough for that
    "90, 6090, 19", // 90/s, and 100/s for a minute
    "0.2, 0, 1",
    "0, 1000000, 100"
  })
  void nobody_there_yet_all_that_the_load_needs_is_asked_for_at_once(
      double come, long waiting, int workers) {
    assertThat(Watched.of(TEN).waiting(waiting).need(come, 0).workers()).isEqualTo(workers);
  }

  @Test
  void how_much_one_settles_is_learnt_from_the_first() {
    var group = Watched.of(USUAL).waiting(6000);
    assertThat(group.need(100, 0))
        .isEqualTo(
            new Need(1, "no worker has been seen at work yet: learning how much one settles"));

    group.workers(1).inHand(10);
    assertThat(group.need(100, 0).workers()).isEqualTo(1);
    var need = group.steady(Duration.ofSeconds(30), 100, 20);

    assertThat(need.workers()).isBetween(9, 14); // 100/s, and 98/s of backlog, by 20/s or less
    assertThat(group.scaler().workerRate().orElseThrow()).isBetween(18.0, 20.0);
    assertThat(group.scaler().arrivalRate()).hasValue(100);
  }

  @Test
  void who_is_there_already_is_kept_until_one_has_been_seen_at_work() {
    var group = Watched.of(USUAL).workers(8).waiting(1000);

    assertThat(group.need(0, 0).workers()).isEqualTo(8);
  }

  @Test
  void a_steady_load_keeps_its_workers() {
    var group = atWork(10);

    for (int i = 0; i < 1000; i++) {
      assertThat(group.need(90, 90).workers()).isEqualTo(10);
    }
  }

  @Test
  void a_utilisation_of_half_needs_twice_as_many_at_a_steady_load() {
    var group = Watched.of(TEN.utilisation(0.5));

    assertThat(group.need(90, 0).workers()).isEqualTo(18);
  }

  @Test
  void the_reason_tells_the_figures() {
    var group = Watched.of(TEN).waiting(6090).oldest(Duration.ofSeconds(61));
    assertThat(group.need(90, 0).reason())
        .isEqualTo(
            "90.0/s come, a busy worker settles 10.0/s, 6,090 wait, the oldest for 61 s:"
                + " work for 19.0 workers until that is done, in 60 s");

    assertThat(Watched.of(TEN).need(90, 0).reason())
        .isEqualTo(
            "90.0/s come, a busy worker settles 10.0/s, nothing waits: work for 10.0 workers");
  }

  // ---------------------------------------------------------------- bounds

  @Test
  void more_than_the_most_is_not_asked_for_and_that_is_told() {
    var need = Watched.of(TEN.between(0, 4)).waiting(6000).need(0, 0);

    assertThat(need.workers()).isEqualTo(4);
    assertThat(need.reason()).endsWith("in 60 s; 10 would be needed, the most is 4");
  }

  @Test
  void fewer_than_the_fewest_are_not_asked_for_and_that_is_told() {
    var need = Watched.of(TEN.between(3, 9)).need(0, 0);

    assertThat(need.workers()).isEqualTo(3);
    assertThat(need.reason()).endsWith("; 0 would be needed, the fewest is 3");
  }

  @Test
  void a_fleet_above_the_most_is_brought_down_to_it_and_one_below_the_fewest_up() {
    assertThat(Watched.of(USUAL.between(2, 5)).workers(9).waiting(1).need(0, 0).workers())
        .isEqualTo(5);
    assertThat(Watched.of(USUAL.between(2, 5)).workers(1).waiting(1).need(0, 0).workers())
        .isEqualTo(2);
  }

  // ---------------------------------------------------------------- patience

  @Test
  void a_tenth_more_is_taken_for_chance() {
    var group = atWork(10).inHand(99);

    assertThat(group.steady(Duration.ofMinutes(30), 99, 99).workers()).isEqualTo(10);
  }

  @Test
  void what_lasts_for_a_minute_is_met_and_not_before() {
    var group = atWork(10).inHand(100);

    assertThat(group.untilNeedIsNot(10, 180, 100))
        .isBetween(MINUTE, MINUTE.plus(Duration.ofSeconds(20)));
    assertThat(group.steady(Duration.ofMinutes(2), 180, 100).workers()).isEqualTo(20);
  }

  @Test
  void a_peak_shorter_than_that_changes_nothing() {
    var group = atWork(10);

    for (int i = 0; i < 10; i++) {
      assertThat(group.steady(Duration.ofSeconds(30), 180, 90).workers()).isEqualTo(10);
      assertThat(group.steady(Duration.ofMinutes(2), 90, 90).workers()).isEqualTo(10);
    }
  }

  @Test
  void where_entries_have_waited_for_a_fifth_of_the_objective_nobody_is_patient() {
    var group = atWork(10).inHand(100).waiting(3100).oldest(Duration.ofSeconds(24));
    assertThat(group.need(90, 100).workers()).isEqualTo(10);

    group.oldest(Duration.ofSeconds(25));
    assertThat(group.need(90, 100).workers()).isGreaterThan(13);
  }

  @Test
  void who_was_needed_within_the_last_minute_stays() {
    var group = atWork(10).inHand(35);

    assertThat(group.untilNeedIsNot(10, 35, 35))
        .isBetween(MINUTE, MINUTE.plus(Duration.ofSeconds(30)));
    assertThat(group.steady(Duration.ofMinutes(2), 35, 35).workers()).isEqualTo(4);
  }

  @Test
  void what_rose_lately_does_not_fall_by_a_little() {
    var group = atWork(10).inHand(100);
    assertThat(group.steady(Duration.ofMinutes(2), 180, 100).workers()).isEqualTo(20);

    group.workers(20).inHand(152);
    assertThat(group.steady(Duration.ofMinutes(2), 152, 152).workers()).isEqualTo(20);

    assertThat(group.steady(Duration.ofMinutes(4), 152, 152).workers()).isEqualTo(17);
  }

  @Test
  void what_rose_lately_falls_by_a_lot() {
    var group = atWork(10).inHand(100);
    assertThat(group.steady(Duration.ofMinutes(2), 180, 100).workers()).isEqualTo(20);

    group.workers(20).inHand(89);
    assertThat(group.steady(Duration.ofMinutes(2), 89, 89).workers()).isBetween(10, 11);
  }

  @Test
  void nobody_leaves_before_a_minute_is_known() {
    var group = Watched.of(TEN).workers(10);

    assertThat(group.untilNeedIsNot(10, 0, 0)).isBetween(MINUTE, MINUTE.plus(STEP));
  }

  // ---------------------------------------------------------------- entries that are late

  @Test
  void where_entries_wait_for_half_of_the_objective_more_come_whatever_the_rates_say() {
    var group = atWork(10).inHand(90).waiting(1).oldest(Duration.ofSeconds(90));

    var need = group.need(90, 90);

    assertThat(need.workers()).isEqualTo(15); // 90 s are half as much again as 60 s
    assertThat(need.reason())
        .startsWith("entries wait for too long, whatever the rates say: 90.0/s come");
  }

  @Test
  void then_the_new_ones_are_given_the_time_to_show() {
    var group = atWork(10).inHand(90).waiting(1).oldest(Duration.ofMinutes(10));
    assertThat(group.need(90, 90).workers()).as("at most twice as many").isEqualTo(20);

    group.workers(20);
    assertThat(group.untilNeedIsNot(20, 90, 90)).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void no_more_are_asked_for_while_those_asked_for_are_not_there() {
    var group = atWork(10).inHand(90).waiting(1).oldest(Duration.ofMinutes(10));
    assertThat(group.need(90, 90).workers()).isEqualTo(20);

    group.requested(20);
    assertThat(group.steady(Duration.ofMinutes(10), 90, 90).workers()).isEqualTo(20);
  }

  @Test
  void nobody_leaves_while_entries_wait_for_long() {
    var group = Watched.of(TEN).requested(10).waiting(1).oldest(Duration.ofSeconds(61));

    assertThat(group.steady(Duration.ofMinutes(10), 0, 0).workers()).isEqualTo(10);
  }

  @Test
  void before_anything_was_learnt_late_entries_bring_more_too() {
    var group = Watched.of(USUAL).workers(2).waiting(9).oldest(Duration.ofMinutes(5));

    assertThat(group.need(0, 0).workers()).isEqualTo(4);
  }

  // ---------------------------------------------------------------- no help, no progress

  @Test
  void where_more_workers_do_not_help_no_more_come_and_it_is_told() {
    var group = atWork(10).inHand(100).waiting(20_000).oldest(Duration.ofSeconds(40));
    assertThat(group.steady(Duration.ofSeconds(40), 100, 100).workers()).isGreaterThan(20);

    group.workers(20).inHand(200);
    var need = group.steady(Duration.ofSeconds(40), 100, 100);
    var held = group.scaler();

    assertThat(held.workerRate().orElseThrow()).isLessThan(10);
    assertThat(need.reason()).contains("more workers do not help: 10 settled 100.0/s");
  }

  @Test
  void handlers_that_hang_do_not_end_in_a_need_without_bounds() {
    var group = atWork(10).inHand(100).waiting(1000);

    for (int i = 0; i < 120; i++) {
      var need = group.need(90, 0);
      assertThat(need.reason()).doesNotContain("settles 0.0/s", "Infinity");
      assertThat(need.workers()).isLessThan(60);
    }
  }

  @Test
  void handlers_that_hang_while_nothing_comes_cut_no_patience_short() {
    var group = atWork(10).inHand(100);

    assertThat(group.untilNeedIsNot(10, 0, 0)).isGreaterThanOrEqualTo(MINUTE);
    assertThat(group.steady(Duration.ofMinutes(3), 0, 0).workers()).isEqualTo(1);
    assertThat(group.steady(Duration.ofMinutes(3), 450, 0).workers()).isBetween(50, 100);
  }

  // ---------------------------------------------------------------- pauses

  @Test
  void a_paused_group_is_held_however_much_waits_and_it_is_told() {
    var group = atWork(10).paused().inHand(0).waiting(100_000).oldest(Duration.ofHours(1));

    assertThat(group.steady(Duration.ofMinutes(30), 900, 0))
        .isEqualTo(new Need(10, "the group is paused: held"));
  }

  @Test
  void a_paused_group_without_work_is_held_too() {
    var group = atWork(10).paused().nothing();

    assertThat(group.steady(Duration.ofMinutes(30), 0, 0).workers()).isEqualTo(10);
  }

  @Test
  void a_pause_teaches_nothing() {
    var group = atWork(10).paused().inHand(100).waiting(1000);

    group.steady(Duration.ofMinutes(30), 90, 0);

    assertThat(group.scaler().workerRate()).isEqualTo(atWork(10).scaler().workerRate());
  }

  @Test
  void after_a_pause_what_has_gathered_is_met_at_once() {
    var group = atWork(10).paused().inHand(0).waiting(12_000).oldest(Duration.ofMinutes(5));
    group.steady(Duration.ofMinutes(5), 36, 0);

    assertThat(group.resumed().need(36, 0).workers()).isGreaterThan(20);
  }

  @Test
  void a_group_that_was_paused_before_anybody_looked_keeps_who_is_there() {
    assertThat(Watched.of(USUAL).workers(6).waiting(100).paused().need(5, 0).workers())
        .isEqualTo(6);
  }

  // ---------------------------------------------------------------- time

  @Test
  void looks_at_the_same_time_change_nothing() {
    var group = atWork(10);

    for (int i = 0; i < 1000; i++) {
      var advice = group.again(Duration.ZERO, 0, 0);
      assertThat(((Need) advice).workers()).isEqualTo(10);
    }
    assertThat(group.scaler().workerRate().orElseThrow()).isBetween(9.99, 10.01);
    assertThat(group.scaler().arrivalRate().orElseThrow()).isBetween(89.99, 90.01);
  }

  @Test
  void a_look_told_twice_changes_nothing() {
    var once = atWork(10);
    var twice = Watched.of(TEN).workers(10).inHand(90);
    for (int i = 0; i < 120; i++) {
      twice.look(90, 90);
      twice.again(STEP, 90, 90);
    }

    assertThat(twice.need(90, 90)).isEqualTo(once.need(90, 90));
  }

  @Test
  void a_clock_that_goes_back_ends_in_no_error_and_no_other_need() {
    var group = atWork(10);

    group.pass(Duration.ofMinutes(-30));

    assertThat(((Need) group.again(Duration.ofMinutes(-30), 90, 90)).workers()).isEqualTo(10);
    assertThat(group.steady(Duration.ofMinutes(5), 90, 90).workers()).isEqualTo(10);
  }

  @Test
  void a_look_that_comes_after_an_hour_counts_for_that_hour() {
    var group = atWork(10);
    group.pass(Duration.ofHours(1));

    group.again(Duration.ofHours(1), 90, 90);

    assertThat(group.need(90, 90).workers()).isEqualTo(10);
    assertThat(group.scaler().arrivalRate()).hasValue(90);
  }
}
