// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.autoscale.ScalingPolicy;
import io.millhand.autoscale.simulation.Scenario.Workers;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No fleet that keeps the objective costs less than the optimum, and it is not far below. */
class OptimumTest {

  /** Starts take 10 s: two steps. */
  private static final Workers ONE = Workers.of(1).start(10, 10);

  private static Scenario scenario(Profile profile, double work, int min, int max) {
    return Scenario.recorded("test", profile, new Work.Constant(work), ONE).between(min, max);
  }

  private static Optional<Optimum> optimum(Scenario scenario, double objective) {
    return Optimum.of(scenario, new Load(scenario, 1), objective);
  }

  @Test
  void without_work_it_is_the_minimum() {
    var nothing = Profile.of(1000, t -> 0);

    assertThat(optimum(scenario(nothing, 1, 0, 9), 60)).contains(new Optimum(0, 0));
    assertThat(optimum(scenario(nothing, 1, 3, 9), 60)).contains(new Optimum(3000, 3));
  }

  @Test
  void one_entry_from_nobody_costs_a_start_and_the_steps_of_its_work() {
    var one = Profile.of(1000, t -> 0).batch(500, 1);

    assertThat(optimum(scenario(one, 20, 0, 9), 60)).contains(new Optimum(10 + 20, 1));
  }

  @Test
  void a_batch_is_spread_over_the_objective() {
    // 100 s of work, in 20 s and the 10 s that the last entries take
    var batch = Profile.of(1000, t -> 0).batch(500, 10);
    var found = optimum(scenario(batch, 10, 0, 99), 20).orElseThrow();

    assertThat(found.most()).isEqualTo(4);
    assertThat(found.workerSeconds()).isEqualTo(100 + 4 * 10);
  }

  @Test
  void nobody_is_stopped_for_a_pause_that_is_shorter_than_a_start() {
    var two = Profile.of(1000, t -> 0).batch(500, 1).batch(520, 1);
    var far = Profile.of(1000, t -> 0).batch(500, 1).batch(600, 1);

    assertThat(optimum(scenario(two, 15, 0, 9), 0.1)).contains(new Optimum(10 + 35, 1));
    assertThat(optimum(scenario(far, 15, 0, 9), 0.1)).contains(new Optimum(2 * (10 + 15), 1));
  }

  @Test
  void what_cannot_be_kept_has_none() {
    var batch = Profile.of(1000, t -> 0).batch(500, 100);

    assertThat(optimum(scenario(batch, 10, 0, 5), 60)).isEmpty();
    assertThat(optimum(scenario(batch, 10, 0, 20), 60)).isPresent();
  }

  @Test
  void a_load_at_once_cannot_be_met_before_somebody_has_started() {
    var atOnce = Profile.of(1000, t -> 0).batch(0, 1);

    assertThat(optimum(scenario(atOnce, 10, 0, 5), 5)).isEmpty();
    assertThat(optimum(scenario(atOnce, 10, 0, 5), 10)).isPresent();
  }

  static Stream<Scenario> keepable() {
    return Scenario.all().stream().filter(Scenario::isKeepable);
  }

  @ParameterizedTest
  @MethodSource("keepable")
  void every_scenario_in_which_the_objective_can_be_kept_has_one(Scenario scenario) {
    var contest = new Contest(scenario, ScalingPolicy.DEFAULT, 3);
    var optimum = contest.optimum().orElseThrow();

    assertThat(optimum.most()).isLessThanOrEqualTo(26);
    for (var contender : Contender.all()) {
      var score = contest.score(contest.run(contender));
      if (score.late() == 0) {
        assertThat(score.workerSeconds())
            .as(contender.name())
            .isGreaterThanOrEqualTo(optimum.workerSeconds());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void it_is_what_all_schedules_that_there_are_come_to(long seed) {
    var profile = Profile.of(45, t -> t < 10 || t > 30 ? 0.3 : 1);
    var scenario = scenario(profile, 1.3, 0, 2);
    var load = new Load(scenario, seed);
    var demand = new Demand(scenario, load, 12);
    var least = Integer.MAX_VALUE;
    for (int schedule = 0; schedule < Math.pow(3, demand.steps()); schedule++) {
      least = Math.min(least, cost(schedule, demand));
    }

    assertThat(Optimum.of(scenario, load, 12).map(Optimum::workerSeconds))
        .isEqualTo(
            least == Integer.MAX_VALUE
                ? Optional.empty()
                : Optional.of((double) least * Optimum.STEP));
  }

  /** Of the schedule whose number of workers in each step is a digit to the base of 3. */
  private static int cost(int schedule, Demand demand) {
    var rest = schedule;
    var before = 0;
    var cost = 0;
    var done = 0.0;
    for (int step = 1; step <= demand.steps(); step++) {
      var workers = rest % 3;
      rest /= 3;
      if (workers > before && step <= 2) {
        return Integer.MAX_VALUE; // nobody has started yet
      }
      cost += workers + 2 * Math.max(0, workers - before);
      before = workers;
      done = Math.min(demand.most(step), done + workers * Optimum.STEP);
      if (done < demand.least(step) - 1e-6) {
        return Integer.MAX_VALUE;
      }
    }
    return cost;
  }

  /** Work that must be done at the rate at which it comes cannot be done by fewer in the mean. */
  @Test
  void it_is_not_far_below_what_the_work_alone_costs() {
    var scenario = scenario(Profile.of(3600, t -> 7), 1, 1, 40);
    var load = new Load(scenario, 1);
    var work = 0.0;
    for (int i = 0; i < load.size(); i++) {
      work += load.added(i) < 3600 - 120 ? load.work(i) : 0;
    }

    assertThat(optimum(scenario, 120).orElseThrow().workerSeconds()).isGreaterThanOrEqualTo(work);
  }
}
