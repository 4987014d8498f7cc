// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.simulate;

import io.millhand.autoscale.simulation.Contender;
import io.millhand.autoscale.simulation.Scenario;
import io.millhand.autoscale.simulation.Score;
import java.util.LinkedHashMap;
import java.util.Map;

/** One run of one seed, scored. */
record Outcome(Scenario scenario, Contender contender, int seed, Score score) {

  /** For programs. */
  Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    json.put("scenario", scenario.name());
    json.put("policy", contender.name());
    json.put("seed", seed);
    json.put("secondsOverObjective", score.late());
    json.put("workerSeconds", score.workerSeconds());
    json.put("optimumWorkerSeconds", score.optimum().map(best -> best.workerSeconds()));
    json.put("cost", score.cost());
    json.put("directionChanges", score.turns());
    json.put("loadChanges", score.changes());
    json.put("overshoot", score.overshoot());
    json.put("drainSeconds", score.drain());
    json.put("handledAgain", score.again());
    return json;
  }
}
