// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * How much comes, second by second.
 *
 * @param perSecond arrivals expected in each second of the run; they come at random moments
 * @param batches how many entries are added all at once at the start of each second
 * @param stretch how many times as long an entry takes that comes in each second; empty: once
 * @param changes when the load changes, its start included: a scaler may turn around twice at each
 * @param stepsUp at which of these it steps up, so that a backlog has to be drained
 */
public record Profile(
    List<Double> perSecond,
    List<Integer> batches,
    List<Double> stretch,
    List<Double> changes,
    List<Double> stepsUp) {

  /** Copies. */
  public Profile {
    perSecond = List.copyOf(perSecond);
    batches = List.copyOf(batches);
    stretch = List.copyOf(stretch);
    changes = List.copyOf(changes);
    stepsUp = List.copyOf(stepsUp);
  }

  /** How long it is, in seconds. */
  public int seconds() {
    return perSecond.size();
  }

  /** How many times as long an entry takes that comes then. */
  double stretch(double time) {
    return stretch.isEmpty() ? 1 : stretch.get((int) time);
  }

  /**
   * What was recorded.
   *
   * @param perSecond arrivals in each second
   * @param stretch how many times as long as usual an entry takes that comes in each second; empty:
   *     once
   */
  public static Profile recorded(List<Double> perSecond, List<Double> stretch) {
    return new Profile(perSecond, List.of(), stretch, List.of(0.0), List.of());
  }

  /** A rate that depends on the time. */
  static Profile of(int seconds, DoubleUnaryOperator rate) {
    var rates = new ArrayList<Double>(seconds);
    for (int i = 0; i < seconds; i++) {
      rates.add(Math.max(0, rate.applyAsDouble(i)));
    }
    return new Profile(rates, List.of(), List.of(), List.of(0.0), List.of());
  }

  /** With one more change, which is a step up. */
  Profile up(double at) {
    var ups = new ArrayList<>(stepsUp);
    ups.add(at);
    return new Profile(perSecond, batches, stretch, with(changes, at), ups);
  }

  /** With one more change. */
  Profile change(double at) {
    return new Profile(perSecond, batches, stretch, with(changes, at), stepsUp);
  }

  /** With a batch, which is a change and a step up. */
  Profile batch(int second, int entries) {
    var all = new ArrayList<>(batches);
    while (all.size() <= second) {
      all.add(0);
    }
    all.set(second, all.get(second) + entries);
    return new Profile(perSecond, all, stretch, changes, stepsUp).up(second);
  }

  private static List<Double> with(List<Double> times, double one) {
    var all = new ArrayList<>(times);
    all.add(one);
    return all;
  }
}
