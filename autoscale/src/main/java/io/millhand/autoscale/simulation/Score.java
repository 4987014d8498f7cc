// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How good a run was.
 *
 * @param late seconds in which the entry that waited longest had waited longer than the objective
 * @param workerSeconds what the fleet cost
 * @param optimum what it would have cost somebody who knows the future; empty where nobody can keep
 *     the objective
 * @param turns how many times the number of workers asked for turned from more to fewer or back
 * @param changes how many times the load changed, its start included
 * @param overshoot how many workers there were more than the optimum has at most; 0 where not more
 * @param drain seconds after a step up until no entry waited longer than {@value #CALM} s any more,
 *     the longest; 0 where none ever did
 * @param again entries that were handed back by workers that ended or died
 */
public record Score(
    int late,
    double workerSeconds,
    Optional<Optimum> optimum,
    int turns,
    int changes,
    int overshoot,
    int drain,
    long again) {

  private static final double CALM = 10;

  /** Of a run. */
  static Score of(Run run, Profile profile, Duration objective, Optional<Optimum> optimum) {
    var series = run.series();
    var late = 0;
    var most = 0;
    for (int second = 0; second < series.size(); second++) {
      late += series.oldestWait(second) > objective.toMillis() / 1000.0 ? 1 : 0;
      most = Math.max(most, series.requested(second));
    }
    return new Score(
        late,
        run.workerSeconds(),
        optimum,
        turns(run.changes()),
        profile.changes().size(),
        Math.max(0, most - optimum.map(Optimum::most).orElse(most)),
        drain(series, profile),
        run.tally().again());
  }

  /** How many times the optimum it cost; empty where there is none. */
  public Optional<Double> cost() {
    return optimum.map(best -> workerSeconds / best.workerSeconds());
  }

  private static int turns(List<Run.Change> changes) {
    var turns = 0;
    for (int i = 1; i < changes.size(); i++) {
      turns += isUp(changes.get(i)) == isUp(changes.get(i - 1)) ? 0 : 1;
    }
    return turns;
  }

  private static boolean isUp(Run.Change change) {
    return change.to() > change.from();
  }

  private static int drain(Run.Series series, Profile profile) {
    var longest = 0;
    for (double step : profile.stepsUp()) {
      var end =
          profile.changes().stream()
              .filter(change -> change > step)
              .mapToInt(Double::intValue)
              .min()
              .orElse(series.size());
      for (int second = end - 1; second >= step; second--) {
        if (series.oldestWait(second) > CALM) {
          longest = Math.max(longest, second + 1 - (int) step);
          break;
        }
      }
    }
    return longest;
  }
}
