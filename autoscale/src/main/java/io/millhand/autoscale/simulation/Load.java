// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import io.millhand.autoscale.simulation.Draws.Purpose;
import java.util.Arrays;

/**
 * All entries of a run, drawn before it begins: whoever decides meets the same ones. Numbered in
 * the order of their arrival.
 */
final class Load {

  private final Profile profile;
  private double[] added = new double[1024];
  private double[] work = new double[0];
  private boolean[] poison = new boolean[0];
  private int size;

  Load(Scenario scenario, long seed) {
    profile = scenario.profile().of(new Draws(seed, Purpose.PROFILE));
    arrive(new Draws(seed, Purpose.ARRIVALS));
    added = Arrays.copyOf(added, size);
    work = new double[size];
    poison = new boolean[size];
    var ofWork = new Draws(seed, Purpose.WORK);
    var ofPoison = new Draws(seed, Purpose.POISON);
    for (int i = 0; i < size; i++) {
      work[i] = Math.max(1e-6, ofWork.of(scenario.work()) * profile.stretch(added[i]));
      poison[i] = ofPoison.part() < scenario.trouble().poisonShare(added[i]);
    }
  }

  /** Integrates the rate until it has given a draw of the unit exponential. */
  private void arrive(Draws draws) {
    var left = draws.exponential(1);
    for (int second = 0; second < profile.seconds(); second++) {
      for (int i = second < profile.batches().size() ? profile.batches().get(second) : 0;
          i > 0;
          i--) {
        add(second);
      }
      double rate = profile.perSecond().get(second);
      var from = 0.0;
      while (rate > 0 && left < rate * (1 - from)) {
        from += left / rate;
        add(second + from);
        left = draws.exponential(1);
      }
      left -= rate * (1 - from);
    }
  }

  private void add(double at) {
    if (size == added.length) {
      added = Arrays.copyOf(added, size * 2);
    }
    added[size++] = at;
  }

  Profile profile() {
    return profile;
  }

  int size() {
    return size;
  }

  /** When it is added. */
  double added(int entry) {
    return added[entry];
  }

  /** How long a handler that nothing slows down works on it. */
  double work(int entry) {
    return work[entry];
  }

  /** Whether each attempt with it fails. */
  boolean isPoison(int entry) {
    return poison[entry];
  }
}
