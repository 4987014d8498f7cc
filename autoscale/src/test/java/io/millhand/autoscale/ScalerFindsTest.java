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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a scaler makes of a fleet that others change, that it finds, or that it lost sight of. */
class ScalerFindsTest {

  private static final ScalingPolicy USUAL = ScalingPolicy.DEFAULT;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  // ---------------------------------------------------------------- others

  @Test
  void what_somebody_else_has_made_of_the_fleet_is_taken_for_what_there_is_after_two_minutes() {
    var group = atWork(10);

    assertThat(group.workers(9).need(86, 86).workers()).isEqualTo(10);
    assertThat(group.untilNeedIsNot(10, 86, 86))
        .isBetween(MINUTE.multipliedBy(2).minus(STEP), MINUTE.multipliedBy(2).plus(STEP));
    assertThat(group.steady(MINUTE.multipliedBy(5), 86, 86).workers()).isEqualTo(9);
  }

  @Test
  void a_fleet_that_is_too_small_is_asked_for_more_whoever_made_it_so() {
    var group = atWork(10).workers(5).inHand(50).waiting(200);

    for (int i = 0; i < 60; i++) {
      assertThat(group.need(90, 50).workers()).isGreaterThanOrEqualTo(10);
    }
  }

  @Test
  void a_fleet_that_had_nothing_to_do_for_a_minute_may_leave() {
    var group = atWork(1).nothing();

    assertThat(group.untilNeedIsNot(1, 0, 0)).isBetween(MINUTE.minus(STEP), MINUTE.plus(STEP));
    assertThat(group.need(0, 0))
        .satisfies(
            need -> {
              assertThat(need.workers()).isZero();
              assertThat(need.reason()).startsWith("nothing was to be done for a minute");
            });
  }

  // ---------------------------------------------------------------- beginning anew

  @Test
  void who_decides_anew_over_a_fleet_that_works_lets_nobody_leave_before_it_has_learnt() {
    var group = new Watched(USUAL).workers(10);
    group.blind();

    for (int i = 0; i < 11; i++) {
      assertThat(group.need(1000, 1000).workers()).as("look %d", i).isEqualTo(10);
    }
  }

  @Test
  void a_fleet_that_is_hardly_busy_shrinks_step_by_step_though_its_pace_was_never_seen() {
    var group = Watched.of(USUAL).workers(10);

    // nobody is ever seen busy: a tenth is assumed, and a tenth of that
    assertThat(group.steady(Duration.ofMinutes(10), 1000, 1000).workers()).isEqualTo(2);
  }

  @Test
  void entries_that_come_one_by_one_keep_their_worker() {
    var group = Watched.of(USUAL).waiting(1);
    assertThat(group.need(0.2, 0).workers()).isEqualTo(1);
    group.nothing().workers(1);

    for (int i = 0; i < 100; i++) {
      assertThat(group.need(i % 3 == 0 ? 0.2 : 0, i % 3 == 0 ? 0.2 : 0).workers()).isEqualTo(1);
    }
    assertThat(group.untilNeedIsNot(1, 0, 0)).isBetween(MINUTE.minus(STEP), MINUTE.plus(STEP));
    assertThat(group.need(0, 0).reason()).startsWith("nothing was to be done for a minute: ");

    var unseen = Watched.of(USUAL).workers(1);
    unseen.untilNeedIsNot(1, 0, 0);
    assertThat(unseen.need(0, 0)).isEqualTo(new Need(0, "nothing was to be done for a minute"));
  }

  @ParameterizedTest
  @CsvSource({"30", "60", "300", "3600"})
  void after_an_outage_what_was_learnt_of_the_workers_holds(int seconds) {
    var group = atWork(10);
    var outage = Duration.ofSeconds(seconds);
    group.pass(outage).waiting(300).inHand(100).oldest(outage);
    group.again(outage.plus(STEP), 300.0 / (seconds + 5), 0);

    var most = 0;
    for (int i = 0; i < 24; i++) {
      most = Math.max(most, group.oldest(Duration.ofSeconds(1)).need(90, 100).workers());
    }
    assertThat(most).isLessThanOrEqualTo(11);
    assertThat(group.scaler().workerRate().orElseThrow()).isBetween(9.0, 11.0);
  }

  @Test
  void a_paused_group_keeps_the_fleet_that_somebody_new_finds() {
    var group = Watched.of(USUAL).workers(5).waiting(1000).oldest(Duration.ofMinutes(10)).paused();
    assertThat(group.need(1, 0)).isEqualTo(new Need(5, "the group is paused: held"));

    var nobody = Watched.of(USUAL).waiting(1000).paused();
    assertThat(nobody.need(1, 0).workers()).isZero();
  }

  @Test
  void a_fleet_that_is_not_seen_for_a_moment_is_not_deserted() {
    var group = atWork(10);

    assertThat(group.workers(0).waiting(5).blind()).isInstanceOf(Unknown.class);
  }

  @Test
  void where_all_handlers_hang_the_fleet_is_not_driven_to_its_maximum() {
    for (var group : List.of(Watched.of(USUAL).workers(1), atWork(10))) {
      var began = group.need(0, 0).workers();
      var age = Duration.ZERO;
      var fleet = Math.max(1, began);
      for (int i = 0; i < 120; i++) {
        age = age.plus(STEP);
        fleet =
            group
                .workers(fleet)
                .inHand(10L * fleet)
                .waiting(10L * i + 1)
                .oldest(age)
                .need(2, 0)
                .workers();
      }
      assertThat(fleet).as("from %d", began).isLessThanOrEqualTo(4 * Math.max(1, began));
    }
  }

  @Test
  void looks_may_be_a_minute_apart() {
    var group = Watched.of(TEN).workers(10).inHand(90);
    for (int i = 0; i < 10; i++) {
      group.pass(MINUTE);
      assertThat(group.again(MINUTE, 90, 90)).isInstanceOf(Need.class);
    }
    group.inHand(9);
    var workers = 10;
    for (int i = 0; i < 10; i++) {
      group.pass(MINUTE);
      workers = ((Need) group.again(MINUTE, 9, 9)).workers();
      group.workers(workers);
    }
    assertThat(workers).isLessThanOrEqualTo(2);

    group.nothing().pass(MINUTE);
    group.again(MINUTE, 0, 0);
    group.pass(MINUTE);
    assertThat(((Need) group.again(MINUTE, 0, 0)).workers()).isZero();
  }

  @Test
  void workers_that_are_found_late_stay_to_be_learnt_from() {
    var group = new Watched(USUAL).waiting(5);
    assertThat(group.blind()).isInstanceOf(Need.class); // nobody is there, so one is asked for

    group.workers(10).inHand(50);
    assertThat(group.need(1, 1).workers()).isEqualTo(10);
  }
}
