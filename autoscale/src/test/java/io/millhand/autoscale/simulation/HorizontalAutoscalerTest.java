// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.autoscale.HpaValue;
import io.millhand.autoscale.simulation.HorizontalAutoscaler.Reading;
import io.millhand.autoscale.simulation.HpaSpec.Behaviour;
import io.millhand.autoscale.simulation.HpaSpec.Limit;
import io.millhand.autoscale.simulation.HpaSpec.Rules;
import io.millhand.autoscale.simulation.HpaSpec.Select;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The model of the controller against its published rules, and against what a real one did. */
class HorizontalAutoscalerTest {

  private static final Reading FAILED = new Reading.Failed();

  /** A controller whose fleet follows at once. */
  private static final class Fleet {
    private final HorizontalAutoscaler hpa;
    private int workers;

    Fleet(int workers, HpaSpec spec) {
      this.workers = workers;
      this.hpa = new HorizontalAutoscaler(spec);
    }

    int at(double now, Reading reading) {
      workers = hpa.sync(now, reading, workers);
      return workers;
    }

    int at(double now, long value) {
      return at(now, Reading.Value.of(value));
    }
  }

  private static HpaSpec spec(Behaviour behaviour) {
    return HpaSpec.of(1, 100, 1000).behaviour(behaviour);
  }

  private static Rules free(int stabilizationSeconds) {
    return Rules.of(stabilizationSeconds, Select.MAX, Limit.pods(1000, 1));
  }

  /** Nothing holds it back but what a test adds. */
  private static final Behaviour FREE = new Behaviour(free(0), free(0));

  @Nested
  class Proposal {

    @ParameterizedTest(name = "{0} workers, {1} thousandths at a target of {2}: {3}")
    @CsvSource({
      "2, 7250, 1000, 8",
      "2, 8000, 1000, 8",
      "2, 8001, 1000, 9",
      "10, 11000, 1000, 10",
      "10, 11001, 1000, 12",
      "10, 9000, 1000, 10",
      "10, 8999, 1000, 9",
      "11, 12000, 1000, 11",
      "11, 13000, 1000, 13",
      "11, 10000, 1000, 11",
      "11, 9000, 1000, 9",
      "5, 1000000, 150000, 7",
      "3, 1, 100000, 1",
      "4, 0, 1000, 1",
      "4, 1000000000, 1000, 100",
    })
    void it_is_the_metric_over_the_target_unless_within_a_tenth(
        int workers, long milli, long target, int expected) {
      var hpa = new HorizontalAutoscaler(HpaSpec.of(1, 100, target).behaviour(FREE));

      assertThat(hpa.sync(0, new Reading.Value(milli), workers)).isEqualTo(expected);
    }

    @Test
    void a_tolerance_of_0_lets_each_change_through() {
      var exact = new Behaviour(free(0).tolerance(0), free(0).tolerance(0));

      assertThat(new Fleet(11, spec(exact)).at(0, 12)).isEqualTo(12);
      assertThat(new Fleet(11, spec(exact)).at(0, 10)).isEqualTo(10);
      assertThat(new Fleet(11, spec(exact)).at(0, 11)).isEqualTo(11);
    }

    @Test
    void tolerances_hold_for_their_direction() {
      var behaviour = new Behaviour(free(0).tolerance(0), free(0).tolerance(0.5));

      assertThat(new Fleet(10, spec(behaviour)).at(0, 11)).isEqualTo(11);
      assertThat(new Fleet(10, spec(behaviour)).at(0, 6)).isEqualTo(10);
      assertThat(new Fleet(10, spec(behaviour)).at(0, 4)).isEqualTo(4);
    }

    @Test
    void a_negative_value_is_taken_for_an_overflow() {
      assertThat(new Fleet(3, spec(FREE)).at(0, -1)).isEqualTo(100);
    }

    @Test
    void a_fleet_of_0_is_switched_off_unless_the_minimum_is_0() {
      assertThat(new Fleet(0, spec(FREE)).at(0, 5)).isZero();
      assertThat(new Fleet(0, HpaSpec.of(0, 100, 1000).behaviour(FREE)).at(0, 5)).isEqualTo(5);
    }

    @Test
    void who_is_out_of_bounds_is_brought_back_without_a_look_at_the_metric() {
      assertThat(new Fleet(150, spec(FREE)).at(0, FAILED)).isEqualTo(100);
      assertThat(new Fleet(1, HpaSpec.of(3, 9, 1000)).at(0, FAILED)).isEqualTo(3);
    }
  }

  @Nested
  class Without_behaviour {

    private final HpaSpec old = HpaSpec.of(1, 100, 1000);

    @Test
    void it_goes_up_to_twice_as_many_or_to_4_at_each_turn() {
      var fleet = new Fleet(1, old);

      assertThat(fleet.at(0, 50)).isEqualTo(4);
      assertThat(fleet.at(15, 50)).isEqualTo(8);
      assertThat(fleet.at(30, 50)).isEqualTo(16);
      assertThat(fleet.at(45, 50)).isEqualTo(32);
      assertThat(fleet.at(60, 50)).isEqualTo(50);
    }

    @Test
    void it_goes_down_to_the_most_of_the_last_300_seconds_all_at_once() {
      var fleet = new Fleet(10, old);
      fleet.at(0, 10);
      fleet.at(15, 20);

      for (int now = 30; now <= 315; now += 15) {
        assertThat(fleet.at(now, 2)).as("after %d s", now).isEqualTo(20);
      }
      assertThat(fleet.at(330, 2)).isEqualTo(2);
    }
  }

  @Nested
  class Stabilization {

    @Test
    void downward_the_most_of_the_window_holds() {
      var fleet = new Fleet(5, spec(FREE.down(free(60))));
      fleet.at(0, 8);
      fleet.at(15, 6);
      fleet.at(30, 4);

      assertThat(fleet.at(45, 3)).isEqualTo(8);
      assertThat(fleet.at(60, 3)).as("the 8 is 60 s old: out").isEqualTo(6);
      assertThat(fleet.at(75, 3)).isEqualTo(4);
      assertThat(fleet.at(90, 3)).isEqualTo(3);
    }

    @Test
    void upward_the_least_of_the_window_holds() {
      var fleet = new Fleet(2, spec(FREE.up(free(60))));
      fleet.at(0, 4);

      assertThat(fleet.at(15, 8)).isEqualTo(2);
      assertThat(fleet.at(45, 9)).isEqualTo(2);
      assertThat(fleet.at(60, 9)).as("what it had at first is out").isEqualTo(8);
      assertThat(fleet.at(75, 12)).isEqualTo(9);
    }

    @Test
    void between_both_windows_nothing_moves() {
      var fleet = new Fleet(6, spec(new Behaviour(free(60), free(60))));
      fleet.at(0, 3);

      assertThat(fleet.at(15, 9)).isEqualTo(6);
      assertThat(fleet.at(30, 3)).isEqualTo(6);
      assertThat(fleet.at(45, 9)).isEqualTo(6);
    }

    @Test
    void the_size_at_the_first_turn_counts_as_asked_for() {
      var fleet = new Fleet(9, spec(FREE.down(free(300))));

      assertThat(fleet.at(0, 2)).isEqualTo(9);
      assertThat(fleet.at(299, 2)).isEqualTo(9);
      assertThat(fleet.at(300, 2)).isEqualTo(2);
    }

    @Test
    void a_new_controller_has_forgotten_all() {
      var before = new Fleet(9, spec(FREE.down(free(300))));
      before.at(0, 9);
      var after = new Fleet(9, spec(FREE.down(Rules.of(0, Select.MAX, Limit.pods(3, 60)))));

      assertThat(before.at(15, 2)).isEqualTo(9);
      assertThat(after.at(15, 2)).as("but for what its rates allow").isEqualTo(6);
    }
  }

  @Nested
  class Limits {

    @Test
    void the_default_adds_as_many_or_4_in_15_seconds() {
      var fleet = new Fleet(1, spec(Behaviour.DEFAULT));

      assertThat(fleet.at(0, 50)).isEqualTo(5);
      assertThat(fleet.at(14, 50)).as("the period is not over").isEqualTo(5);
      assertThat(fleet.at(15, 50)).isEqualTo(10);
      assertThat(fleet.at(30, 50)).isEqualTo(20);
      assertThat(fleet.at(45, 50)).isEqualTo(40);
      assertThat(fleet.at(60, 50)).isEqualTo(50);
    }

    @Test
    void the_least_of_several_holds_where_that_is_said() {
      var least = Rules.of(0, Select.MIN, Limit.percent(100, 15), Limit.pods(4, 15));
      var fleet = new Fleet(1, spec(FREE.up(least)));

      assertThat(fleet.at(0, 50)).isEqualTo(2);
      assertThat(fleet.at(15, 50)).isEqualTo(4);
      assertThat(fleet.at(30, 50)).isEqualTo(8);
      assertThat(fleet.at(45, 50)).isEqualTo(12);
    }

    @Test
    void a_part_is_rounded_up_upward_and_down_to_fewer_downward() {
      var up = Rules.of(0, Select.MAX, Limit.percent(10, 15));
      var down = Rules.of(0, Select.MAX, Limit.percent(10, 15));
      var behaviour = new Behaviour(up, down);

      assertThat(new Fleet(3, spec(behaviour)).at(0, 50)).isEqualTo(4);
      assertThat(new Fleet(15, spec(behaviour)).at(0, 1)).isEqualTo(13);
    }

    @Test
    void downward_the_largest_change_holds_or_the_smallest() {
      var limits = new Limit[] {Limit.percent(50, 60), Limit.pods(2, 60)};
      var most = Rules.of(0, Select.MAX, limits);
      var least = Rules.of(0, Select.MIN, limits);

      assertThat(new Fleet(20, spec(FREE.down(most))).at(0, 1)).isEqualTo(10);
      assertThat(new Fleet(3, spec(FREE.down(most))).at(0, 1)).isEqualTo(1);
      assertThat(new Fleet(20, spec(FREE.down(least))).at(0, 1)).isEqualTo(18);
    }

    @Test
    void a_limit_counts_what_was_done_in_its_period() {
      var fleet = new Fleet(20, spec(FREE.down(Rules.of(0, Select.MAX, Limit.pods(5, 60)))));

      assertThat(fleet.at(0, 17)).isEqualTo(17);
      assertThat(fleet.at(15, 1)).isEqualTo(15);
      assertThat(fleet.at(30, 1)).isEqualTo(15);
      assertThat(fleet.at(60, 1)).as("3 of the 5 are 60 s ago").isEqualTo(12);
      assertThat(fleet.at(75, 1)).isEqualTo(10);
    }

    @Test
    void changes_of_the_other_direction_count_against_each_other() {
      var behaviour =
          new Behaviour(
              Rules.of(0, Select.MAX, Limit.pods(4, 60)),
              Rules.of(0, Select.MAX, Limit.pods(4, 60)));
      var fleet = new Fleet(10, spec(behaviour));
      fleet.at(0, 1); // 6

      assertThat(fleet.at(15, 50)).as("10 at the start of the period, and 4").isEqualTo(14);
    }

    @Test
    void a_direction_can_be_switched_off() {
      var behaviour = FREE.down(Rules.of(0, Select.DISABLED));

      assertThat(new Fleet(9, spec(behaviour)).at(0, 1)).isEqualTo(9);
      assertThat(new Fleet(9, spec(behaviour)).at(0, 20)).isEqualTo(20);
    }

    @Test
    void the_maximum_holds_over_all() {
      assertThat(new Fleet(2, HpaSpec.of(1, 7, 1000).behaviour(FREE)).at(0, 50)).isEqualTo(7);
      assertThat(new Fleet(4, HpaSpec.of(3, 7, 1000).behaviour(FREE)).at(0, 0)).isEqualTo(3);
    }
  }

  /** What a control plane of Kubernetes 1.34.9 was seen to do, with a turn each 2 s. */
  @Nested
  class As_a_real_controller_did {

    @Test
    void it_went_from_2_to_6_at_once_and_to_8_after_16_seconds() {
      var fleet = new Fleet(2, spec(Behaviour.DEFAULT));
      var need = new Reading.Value(7250);

      assertThat(fleet.at(0, need)).isEqualTo(6);
      for (int now = 2; now < 15; now += 2) {
        assertThat(fleet.at(now, need)).isEqualTo(6);
      }
      assertThat(fleet.at(16, need)).isEqualTo(8);
    }

    @Test
    void it_went_from_2_over_6_to_12_and_down_again_by_2_each_5_seconds() {
      var down = Rules.of(0, Select.MAX, Limit.pods(2, 5));
      var fleet = new Fleet(2, spec(Behaviour.DEFAULT.down(down)));

      assertThat(fleet.at(0, 25)).isEqualTo(6);
      assertThat(fleet.at(16, 25)).isEqualTo(12);
      assertThat(fleet.at(40, 2)).isEqualTo(10);
      assertThat(fleet.at(42, 2)).isEqualTo(10);
      assertThat(fleet.at(46, 2)).isEqualTo(8);
      assertThat(fleet.at(52, 2)).isEqualTo(6);
      assertThat(fleet.at(58, 2)).isEqualTo(4);
      assertThat(fleet.at(64, 2)).isEqualTo(2);
    }

    @Test
    void errors_changed_nothing_and_left_no_sample() {
      var fleet = new Fleet(13, spec(FREE.down(free(10))));
      fleet.at(0, 13);
      for (int now = 2; now <= 20; now += 2) {
        assertThat(fleet.at(now, FAILED)).isEqualTo(13);
      }

      assertThat(fleet.at(20.8, 11)).as("the first low reading after the outage").isEqualTo(11);
    }

    @Test
    void a_value_of_0_was_a_low_reading() {
      assertThat(new Fleet(6, HpaSpec.of(2, 20, 1000).behaviour(FREE)).at(0, 0)).isEqualTo(2);
    }

    @Test
    void minus_1_sent_the_fleet_to_its_maximum() {
      var fleet = new Fleet(3, HpaSpec.of(1, 20, 1000).behaviour(Behaviour.DEFAULT));
      var minusOne = new Reading.Value(-1000);

      assertThat(fleet.at(0, minusOne)).isEqualTo(7);
      assertThat(fleet.at(16, minusOne)).isEqualTo(14);
      assertThat(fleet.at(32, minusOne)).isEqualTo(20);
    }
  }

  @Nested
  class The_trap_of_the_tolerance {

    @Test
    void at_11_workers_a_need_of_12_is_ignored_for_ever() {
      var fleet = new Fleet(11, spec(Ours.CHART));

      for (int now = 0; now < 3600; now += 15) {
        assertThat(fleet.at(now, 12)).isEqualTo(11);
      }
    }

    @Test
    void what_we_publish_for_it_is_not_ignored() {
      var fleet = new Fleet(11, spec(Ours.CHART));

      assertThat(fleet.at(0, HpaValue.of(12, 11))).isEqualTo(13);
    }

    @Test
    void no_need_of_more_workers_is_ignored_at_any_size() {
      for (int workers = 1; workers < 500; workers++) {
        for (int need = workers + 1; need < 600; need++) {
          var fleet = new Fleet(workers, HpaSpec.of(1, 1000, 1000).behaviour(FREE));
          assertThat(fleet.at(0, HpaValue.of(need, workers))).isGreaterThanOrEqualTo(need);
        }
      }
    }
  }
}
