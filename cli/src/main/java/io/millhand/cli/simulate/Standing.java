// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.simulate;

import io.millhand.autoscale.simulation.Score;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** How one contender did in one scenario over all seeds. */
record Standing(List<Score> scores) {

  /** Of the outcomes that are of this scenario and contender, if there are any. */
  static Optional<Standing> of(List<Outcome> outcomes, String scenario, String contender) {
    var scores =
        outcomes.stream()
            .filter(outcome -> outcome.scenario().name().equals(scenario))
            .filter(outcome -> outcome.contender().name().equals(contender))
            .map(Outcome::score)
            .toList();
    return scores.isEmpty() ? Optional.empty() : Optional.of(new Standing(scores));
  }

  /** Seconds over the objective, of the worst seed. */
  int late() {
    return scores.stream().mapToInt(Score::late).max().orElse(0);
  }

  /** Times the optimum, in the mean; empty where there is none. */
  Optional<Double> cost() {
    var costs = scores.stream().flatMap(score -> score.cost().stream()).toList();
    return costs.isEmpty()
        ? Optional.empty()
        : Optional.of(costs.stream().mapToDouble(Double::doubleValue).average().orElse(0));
  }

  /** Worker-seconds, in the mean. */
  double workerSeconds() {
    return mean(Score::workerSeconds);
  }

  /** Turns for each change of the load, of the worst seed. */
  double turns() {
    return scores.stream().mapToDouble(s -> (double) s.turns() / s.changes()).max().orElse(0);
  }

  /** Turns of all seeds. */
  double allTurns() {
    return scores.stream().mapToDouble(Score::turns).sum();
  }

  /** Changes of the load, of all seeds. */
  double allChanges() {
    return scores.stream().mapToDouble(Score::changes).sum();
  }

  /** Workers above the optimum's most, of the worst seed. */
  int overshoot() {
    return scores.stream().mapToInt(Score::overshoot).max().orElse(0);
  }

  /** Seconds until a step up was drained, of the worst seed. */
  int drain() {
    return scores.stream().mapToInt(Score::drain).max().orElse(0);
  }

  /** Entries handled again, in the mean. */
  double again() {
    return mean(Score::again);
  }

  private double mean(ToDoubleFunction<Score> what) {
    return scores.stream().mapToDouble(what).average().orElse(0);
  }

  /** {@code 1.27}, or a dash. */
  static String cost(Optional<Double> cost) {
    return cost.map(times -> String.format(Locale.ROOT, "%.2f", times)).orElse("-");
  }
}
