// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

/** What the simulation takes the chart to say. */
public final class SimulatedChart {

  private SimulatedChart() {}

  /** How fast an autoscaler goes. */
  public static HpaSpec.Behaviour behaviour() {
    return Ours.CHART;
  }

  /** After how many seconds without work KEDA takes the last worker. */
  public static int coolDown() {
    return Ours.KEDA.coolDown();
  }
}
