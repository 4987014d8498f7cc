// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

/**
 * How much work, in seconds of one handler, must have been done and can have been done by the end
 * of each step of {@link Optimum}.
 */
final class Demand {

  private final Trouble trouble;
  private final double[] must;
  private final double[] can;

  Demand(Scenario scenario, Load load, double objective) {
    trouble = scenario.trouble();
    var steps = load.profile().seconds() / Optimum.STEP;
    must = new double[steps + 1];
    can = new double[steps + 1];
    for (int entry = 0; entry < load.size(); entry++) {
      var added = load.added(entry);
      piece(added, added + objective, load.work(entry));
      if (load.isPoison(entry)) {
        attempts(added, objective, load.work(entry));
      }
    }
    for (int step = 1; step <= steps; step++) {
      must[step] += must[step - 1];
      can[step] += can[step - 1];
    }
  }

  int steps() {
    return must.length - 1;
  }

  double least(int step) {
    return must[step];
  }

  double most(int step) {
    return can[step];
  }

  private void attempts(double added, double objective, double work) {
    var earliest = added;
    var latest = added + objective;
    for (double pause : trouble.poison().backOff()) {
      earliest += work + pause;
      latest += work * trouble.slow().factor() + pause + objective;
      piece(earliest, latest, work);
    }
  }

  private void piece(double earliest, double latest, double work) {
    var stretched = work * trouble.leastFactor(earliest, latest);
    spread(can, earliest, stretched);
    spread(must, latest, stretched);
  }

  /** Adds work that goes on from a time at full speed, to each step its part. */
  private static void spread(double[] steps, double from, double work) {
    var left = work;
    var time = from;
    for (int step = (int) (from / Optimum.STEP) + 1; left > 0 && step < steps.length; step++) {
      var part = Math.min(left, step * (double) Optimum.STEP - time);
      steps[step] += part;
      left -= part;
      time += part;
    }
  }
}
