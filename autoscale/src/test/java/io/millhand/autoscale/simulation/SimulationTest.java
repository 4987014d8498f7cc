// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millhand.autoscale.Advice;
import io.millhand.autoscale.Measurement;
import io.millhand.autoscale.ScalingPolicy;
import io.millhand.autoscale.simulation.Scenario.Bounds;
import io.millhand.autoscale.simulation.Scenario.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The fleet on the virtual clock does what theory and arithmetic say. */
class SimulationTest {

  private static final ScalingPolicy POLICY = ScalingPolicy.DEFAULT;

  static Stream<Scenario> scenarios() {
    return Scenario.all().stream();
  }

  private static Scenario simple(Profile profile, Work work, int slots, int workers) {
    return Scenario.recorded("simple", profile, work, Workers.of(slots)).between(workers, 40);
  }

  private static Run run(Scenario scenario, Decider decider) {
    return new Simulation(scenario, new Load(scenario, 1), decider, 1).run();
  }

  private static Run fixed(Scenario scenario) {
    return run(scenario, following(List.of()));
  }

  /** Asks for so many from each second on, which the list has in pairs. */
  private static Decider following(List<Integer> plan) {
    return new Decider() {
      @Override
      public int ask(Sight sight) {
        var asked = sight.requested();
        for (int i = 0; i < plan.size(); i += 2) {
          asked = sight.time() == plan.get(i) ? plan.get(i + 1) : asked;
        }
        return asked;
      }

      @Override
      public String reason() {
        return "as planned";
      }
    };
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void each_entry_is_settled_once_or_still_there(Scenario scenario) {
    var contest = new Contest(scenario, POLICY, 7);
    for (var contender : List.of(Contender.OURS, Contender.named("keda-lag-5").orElseThrow())) {
      var tally = contest.run(contender).tally();

      assertThat(tally.acked() + tally.dead() + tally.waiting() + tally.inHand() + tally.later())
          .as(contender.name())
          .isEqualTo(tally.added());
      assertThat(tally.waiting()).isNotNegative();
      assertThat(tally.inHand()).isNotNegative();
      assertThat(tally.later()).isNotNegative();
    }
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void the_same_seed_gives_the_same_run_and_another_seed_another(Scenario scenario) {
    var one = told(new Contest(scenario, POLICY, 5));
    var same = told(new Contest(scenario, POLICY, 5));
    var other = told(new Contest(scenario, POLICY, 6));

    assertThat(same).isEqualTo(one);
    assertThat(other).isNotEqualTo(one);
  }

  private static List<Object> told(Contest contest) {
    var run = contest.run(Contender.OURS);
    var series = run.series();
    var told = new ArrayList<Object>(List.of(run.tally(), run.changes(), run.workerSeconds()));
    told.add(contest.score(run));
    IntStream.range(0, series.size())
        .forEach(
            second ->
                told.add(
                    List.of(
                        series.arrivals(second),
                        series.ready(second),
                        series.waiting(second),
                        series.oldestWait(second))));
    return told;
  }

  /** Erlang's C, by the recursion of his B. */
  private static double meanWait(double perSecond, double mean, int servers) {
    var offered = perSecond * mean;
    var lost = 1.0;
    for (int k = 1; k <= servers; k++) {
      lost = offered * lost / (k + offered * lost);
    }
    var waits = lost / (1 - offered / servers * (1 - lost));
    return waits * mean / (servers - offered);
  }

  @ParameterizedTest(name = "{0} a second, {1} s each, {2} workers of {3} handlers")
  @CsvSource({"0.5, 1, 1, 1", "3.2, 1, 1, 4", "9, 2, 5, 4", "38, 0.5, 2, 10"})
  void a_fixed_fleet_waits_as_long_as_erlang_says(
      double perSecond, double mean, int workers, int slots) {
    var profile = Profile.of(40_000, t -> perSecond);
    var run = fixed(simple(profile, new Work.Exponential(mean), slots, workers));

    assertThat(run.tally().meanWait())
        .isCloseTo(
            meanWait(perSecond, mean, workers * slots),
            within(0.1 * meanWait(perSecond, mean, workers * slots)));
  }

  @Test
  void with_constant_work_one_handler_waits_half_as_long_as_erlang_says() {
    var run = fixed(simple(Profile.of(100_000, t -> 0.5), new Work.Constant(1), 1, 1));

    assertThat(run.tally().meanWait()).isCloseTo(0.5, within(0.03));
  }

  @Test
  void entries_arrive_at_the_rate_of_the_profile() {
    var profile = Profile.of(3600, t -> t < 1800 ? 10 : 30).batch(100, 5000);
    var load = new Load(simple(profile, new Work.Constant(1), 1, 1), 3);

    var early = IntStream.range(0, load.size()).filter(i -> load.added(i) < 1800).count();
    assertThat(early).isBetween(5000 + 18_000 - 500L, 5000 + 18_000 + 500L);
    assertThat(load.size() - early).isBetween(54_000 - 900L, 54_000 + 900L);
    assertThat(IntStream.range(1, load.size()).allMatch(i -> load.added(i) >= load.added(i - 1)))
        .isTrue();
  }

  @ParameterizedTest
  @MethodSource("works")
  void work_has_the_mean_that_it_says(Work work) {
    var draws = new Draws(1, Draws.Purpose.WORK);
    var mean = IntStream.range(0, 400_000).mapToDouble(i -> draws.of(work)).average();

    assertThat(mean.orElseThrow()).isCloseTo(work.mean(), within(0.04 * work.mean()));
  }

  static Stream<Work> works() {
    return Stream.of(
        new Work.Constant(3),
        new Work.Exponential(2),
        new Work.Lognormal(3, 1.5),
        new Work.Bimodal(0.5, 15, 0.1));
  }

  @Test
  void what_is_measured_adds_up() {
    var measured = new ArrayList<Measurement>();
    var contender =
        Contender.ours(
            "listening",
            "keeps what it is given",
            policy ->
                measurement -> {
                  measured.add(measurement);
                  return new Advice.Need(6, "enough");
                });
    var scenario = simple(Profile.of(600, t -> 10), new Work.Exponential(2), 4, 6);
    var tally = new Contest(scenario, POLICY, 1).run(contender).tally();

    assertThat(measured).hasSize(121);
    assertThat(measured.getFirst().flow()).isEmpty();
    var flows = measured.stream().flatMap(measurement -> measurement.flow().stream()).toList();
    var last = measured.getLast();
    var first = measured.getFirst();
    assertThat(first.hasWork()).isFalse();
    assertThat(flows.stream().mapToLong(Measurement.Flow::added).sum()).isEqualTo(tally.added());
    assertThat(flows.stream().mapToLong(Measurement.Flow::settled).sum()).isEqualTo(tally.acked());
    assertThat(last.backlog().entries() + last.inHand()).isEqualTo(tally.added() - tally.acked());
    assertThat(measured).allMatch(one -> one.fleet().slots() == 24 && one.fleet().requested() == 6);
    assertThat(measured).allMatch(one -> one.oldest().isPresent() == one.backlog().entries() > 0);
  }

  @Test
  void while_redis_cannot_be_asked_nothing_is_measured_and_nothing_changes() {
    var blind =
        Scenario.all().stream().filter(one -> one.name().equals("blind")).findFirst().orElseThrow();
    var run = new Contest(blind, POLICY, 1).run(Contender.OURS);

    assertThat(run.changes()).noneMatch(change -> change.at() >= 1790 && change.at() < 1850);
    assertThat(run.changes()).anyMatch(change -> change.at() >= 1850);
  }

  @Test
  void a_worker_is_paid_from_its_request_and_works_after_its_start() {
    var scenario = simple(Profile.of(100, t -> 0), new Work.Constant(1), 1, 1);
    var run = run(scenario, following(List.of(10, 3)));

    assertThat(run.workerSeconds()).isCloseTo(100 + 2 * 90, within(1e-6));
    assertThat(run.series().ready(19)).isEqualTo(1);
    assertThat(run.series().ready(41)).isEqualTo(3);
    assertThat(run.changes()).containsExactly(new Run.Change(10, 1, 3, "as planned"));
  }

  @Test
  void a_worker_that_leaves_finishes_what_it_has_and_takes_no_more() {
    var profile = Profile.of(100, t -> 0).batch(0, 2).batch(12, 1);
    var scenario = simple(profile, new Work.Constant(20), 1, 2);
    var run = run(scenario, following(List.of(10, 1)));

    assertThat(run.series().ready(11)).isEqualTo(1);
    assertThat(run.workerSeconds()).as("until the 20th second").isCloseTo(120, within(1e-6));
    assertThat(run.tally().acked()).isEqualTo(3);
    assertThat(run.tally().again()).isZero();
  }

  @Test
  void what_it_cannot_finish_in_time_is_handed_back_and_handled_again() {
    var profile = Profile.of(200, t -> 0).batch(0, 2);
    var scenario = simple(profile, new Work.Constant(60), 1, 2);
    var run = run(scenario, following(List.of(10, 1)));

    assertThat(run.workerSeconds()).as("10 s and 25 s to drain").isCloseTo(235, within(1e-6));
    assertThat(run.tally().again()).isEqualTo(1);
    assertThat(run.tally().acked()).isEqualTo(2);
  }

  @Test
  void those_that_start_leave_first_and_then_the_youngest() {
    var scenario = simple(Profile.of(100, t -> 0), new Work.Constant(1), 1, 1);
    var run = run(scenario, following(List.of(10, 2, 60, 3, 65, 2, 70, 1)));

    assertThat(run.series().ready(66)).isEqualTo(2);
    assertThat(run.workerSeconds()).isCloseTo(100 + 60 + 5, within(1e-6));
  }

  @Test
  void handlers_that_compute_slow_each_other_down() {
    var profile = Profile.of(100, t -> 0).batch(0, 8);
    var workers = Workers.of(8).cores(2);
    var scenario = Scenario.recorded("computing", profile, new Work.Constant(5), workers);
    var run = fixed(scenario);

    assertThat(run.series().arrivals(1)).isEqualTo(8);
    assertThat(run.tally().acked()).isEqualTo(8);
    assertThat(lastBusy(scenario)).as("8 times 5 s on 2 cores").isEqualTo(20);
  }

  private static int lastBusy(Scenario scenario) {
    var seconds = new ArrayList<Integer>();
    run(
        scenario,
        new Decider() {
          @Override
          public int ask(Sight sight) {
            if (sight.pending() > 0) {
              seconds.add(sight.time());
            }
            return sight.requested();
          }

          @Override
          public String reason() {
            return "nothing";
          }
        });
    return seconds.getLast();
  }

  @Test
  void what_all_share_is_not_made_faster_by_more_workers() {
    var bottleneck =
        Scenario.all().stream().filter(one -> !one.isKeepable()).findFirst().orElseThrow();
    var few = new Contest(bottleneck.between(10, 10), POLICY, 1);
    var many = new Contest(bottleneck.between(40, 40), POLICY, 1);
    var fixed = Contender.named("max").orElseThrow();

    var gain = many.run(fixed).tally().acked() - few.run(fixed).tally().acked();
    assertThat(few.run(fixed).tally().acked()).isGreaterThan(50_000);
    assertThat(gain).isBetween(-200L, 200L);
  }

  @Test
  void entries_with_which_each_attempt_fails_are_dead_after_the_last() {
    var storm = new Trouble.Poison(new Trouble.Span(0, 50), 1, List.of(2.0, 4.0));
    var scenario =
        new Scenario(
            "storm",
            "all fail",
            draws -> Profile.of(200, t -> t < 100 ? 2 : 0),
            new Work.Constant(0.5),
            Workers.of(10),
            Trouble.NONE.with(storm),
            new Bounds(1, 1));
    var load = new Load(scenario, 1);
    var poisoned = IntStream.range(0, load.size()).filter(load::isPoison).count();
    var tally = fixed(scenario).tally();

    assertThat(poisoned).isBetween(70L, 130L);
    assertThat(tally.dead()).isEqualTo(poisoned);
    assertThat(tally.acked()).isEqualTo(tally.added() - poisoned);
  }

  @Test
  void what_a_dead_worker_had_comes_back() {
    var scenario =
        new Scenario(
            "crashes",
            "workers die",
            draws -> Profile.of(2000, t -> t < 1800 ? 5 : 0),
            new Work.Constant(2),
            Workers.of(4),
            Trouble.NONE.crashing(50),
            new Bounds(5, 5));
    var tally = fixed(scenario).tally();

    assertThat(tally.again()).isBetween(30L, 160L);
    assertThat(tally.acked()).isEqualTo(tally.added());
  }

  @Test
  void a_slow_down_makes_handlers_that_begin_in_it_take_longer() {
    var slow = new Trouble.Slow(new Trouble.Span(10, 20), 5);
    var scenario =
        new Scenario(
            "slow",
            "one entry before, one within",
            draws -> Profile.of(100, t -> 0).batch(5, 1).batch(15, 1),
            new Work.Constant(8),
            Workers.of(4),
            Trouble.NONE.with(slow),
            new Bounds(1, 1));

    assertThat(lastBusy(scenario)).isEqualTo(55);
  }
}
