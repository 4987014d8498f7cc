// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import io.millhand.autoscale.ScalingPolicy;
import io.millhand.autoscale.simulation.Draws.Purpose;
import java.util.Optional;

/**
 * One scenario with the random numbers of one seed: all contenders meet the same entries. Threads:
 * any number may let contenders run in it.
 */
public final class Contest {

  private final Scenario scenario;
  private final ScalingPolicy policy;
  private final long seed;
  private final Load load;
  private final Optional<Optimum> optimum;

  /**
   * Draws all entries, and finds the optimum.
   *
   * @param scenario what happens
   * @param policy the objective, and how ours decides; the bounds are the scenario's
   * @param seed any number
   * @throws IllegalArgumentException when that policy cannot work
   */
  public Contest(Scenario scenario, ScalingPolicy policy, long seed) {
    this.scenario = scenario;
    this.policy = policy.between(scenario.bounds().min(), scenario.bounds().max());
    this.seed = seed;
    load = new Load(scenario, seed);
    optimum = Optimum.of(scenario, load, policy.objective().toMillis() / 1000.0);
  }

  /** What comes. */
  public Profile profile() {
    return load.profile();
  }

  /** What the best of all costs; empty where nobody can keep the objective. */
  public Optional<Optimum> optimum() {
    return optimum;
  }

  /** Lets one decide. */
  public Run run(Contender contender) {
    var phase = new Draws(seed, Purpose.PHASE).below(ByHpa.SYNC);
    return new Simulation(scenario, load, contender.maker().of(policy, phase), seed).run();
  }

  /** How good a run of this contest was. */
  public Score score(Run run) {
    return Score.of(run, load.profile(), policy.objective(), optimum);
  }
}
