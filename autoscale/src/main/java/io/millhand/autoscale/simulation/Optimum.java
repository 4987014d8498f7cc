// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;

/**
 * What the fleet would cost at least if somebody knew the whole future: each entry, how long it
 * takes, and when a worker would be ready. It is a lower bound, not a schedule that can be driven.
 *
 * <p>The bound is the exact minimum of a relaxed problem. Time goes in steps of {@value #STEP} s,
 * as often as a group is measured. In each step there is a whole number of workers between the
 * bounds; a worker more costs its start delay (the mean, in whole steps) before it works, since it
 * was asked for so much earlier. Work is a fluid: whatever has arrived can be done in any order, in
 * pieces, by any worker, with all of the speed that it has (slots, or cores). By the end of each
 * step at least that work must be done which would be done if each entry began exactly when its
 * objective ends. Crashes do not happen, a slow-down is only met where it cannot be waited for, and
 * a deferred entry is due as early and must begin as late as can be. Each of these can only make it
 * cheaper, so no real fleet that keeps the objective and changes at such steps costs less.
 *
 * <p>What is not due by the end of the run need not be done, so beside an objective that is long
 * for the run (a tenth of it or more) it is far below what anybody can do; at 2 minutes of an hour
 * by some 3 %.
 *
 * <p>The minimum is found by dynamic programming over steps, workers and cost so far, with the most
 * work that can be done for that cost; more work done is never worse, so nothing else need be
 * remembered. Costs are whole numbers of worker-steps: nothing is rounded.
 *
 * @param workerSeconds the least cost
 * @param most the most workers of the schedule that costs so little
 */
public record Optimum(double workerSeconds, int most) {

  /** Seconds of a step. */
  static final int STEP = 5;

  /**
   * The optimum, or nothing where no fleet within the bounds keeps the objective.
   *
   * @param scenario its workers and their bounds
   * @param load all that comes
   * @param objective seconds that an entry may wait
   */
  static Optional<Optimum> of(Scenario scenario, Load load, double objective) {
    if (!scenario.isKeepable()) {
      return Optional.empty();
    }
    return new Search(scenario, new Demand(scenario, load, objective)).run();
  }

  /** The search, step by step; row by row for each number of workers. */
  private static final class Search {
    private final Demand demand;
    private final int min;
    private final int delay;
    private final double speed;
    private Schedules[] rows;

    Search(Scenario scenario, Demand demand) {
      this.demand = demand;
      var workers = scenario.workers();
      min = scenario.bounds().min();
      delay = (int) ((workers.startFrom() + workers.startTo()) / 2 / STEP);
      speed = workers.speed() * STEP;
      rows = new Schedules[scenario.bounds().max() - min + 1];
      Arrays.fill(rows, Schedules.NONE);
      rows[0] = Schedules.free(min);
    }

    Optional<Optimum> run() {
      for (int step = 1; step <= demand.steps(); step++) {
        if (step > delay) {
          start();
        }
        stop();
        for (int i = 0; i < rows.length; i++) {
          rows[i] = rows[i].work(min + i, speed, demand.least(step), demand.most(step));
        }
      }
      return Arrays.stream(rows)
          .filter(row -> !row.isEmpty())
          .min(Comparator.comparingInt(Schedules::from))
          .map(row -> new Optimum((double) row.from() * STEP, row.mostOfCheapest()));
    }

    private void start() {
      for (int i = 1; i < rows.length; i++) {
        rows[i] = rows[i].or(rows[i - 1], delay);
      }
    }

    private void stop() {
      for (int i = rows.length - 2; i >= 0; i--) {
        rows[i] = rows[i].or(rows[i + 1], 0);
      }
    }
  }
}
