// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import io.millhand.autoscale.Advice;
import io.millhand.autoscale.Advice.Need;
import io.millhand.autoscale.Advice.Unknown;
import io.millhand.autoscale.HpaValue;
import io.millhand.autoscale.Measurement;
import io.millhand.autoscale.simulation.HorizontalAutoscaler.Reading;
import io.millhand.autoscale.simulation.HpaSpec.Behaviour;
import io.millhand.autoscale.simulation.HpaSpec.Limit;
import io.millhand.autoscale.simulation.HpaSpec.Rules;
import io.millhand.autoscale.simulation.HpaSpec.Select;
import java.util.function.Function;

/** What {@link io.millhand.autoscale.Scaler} advises: as a signal, or done as it says. */
final class Ours implements ByHpa.Signal, Decider {

  /** What the chart gives its HorizontalPodAutoscaler. */
  static final Behaviour CHART =
      new Behaviour(
          Rules.of(0, Select.MAX, Limit.percent(900, 15), Limit.pods(20, 15)),
          Rules.of(0, Select.MAX, Limit.percent(50, 60), Limit.pods(2, 60)));

  /** What the chart gives KEDA: told at once, and patient no longer than the decision. */
  static final Waking.Manner KEDA = new Waking.Manner(1, 60);

  private final Function<Measurement, Advice> adviser;
  private Advice advice = new Unknown("nothing was measured yet");

  Ours(Function<Measurement, Advice> adviser) {
    this.adviser = adviser;
  }

  @Override
  public Reading read(Sight sight) {
    look(sight);
    return switch (advice) {
      case Need need -> Reading.Value.of(HpaValue.of(need.workers(), sight.requested()));
      case Unknown unknown -> new Reading.Failed();
    };
  }

  @Override
  public int ask(Sight sight) {
    look(sight);
    return switch (advice) {
      case Need need -> need.workers();
      case Unknown unknown -> sight.requested();
    };
  }

  private void look(Sight sight) {
    if (!sight.known()) {
      advice = new Unknown("Redis cannot be asked");
    }
    sight.measurement().ifPresent(measurement -> advice = adviser.apply(measurement));
  }

  @Override
  public String reason() {
    return switch (advice) {
      case Need need -> "needs %d: %s".formatted(need.workers(), need.reason());
      case Unknown unknown -> unknown.reason();
    };
  }
}
