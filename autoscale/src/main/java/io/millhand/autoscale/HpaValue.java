// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

/**
 * What to tell a HorizontalPodAutoscaler so that it does what is needed. It leaves a fleet alone
 * that is within a tenth of what is asked for (its tolerance, see {@code
 * horizontal-pod-autoscaler-tolerance}): at 11 workers a need of 12 would be ignored for ever.
 */
public final class HpaValue {

  private static final double TOLERANCE = 0.1;

  private HpaValue() {}

  /**
   * The least value, not below the need, that is not ignored where more workers are needed.
   *
   * @param need workers that are needed
   * @param ready workers that are there
   */
  public static int of(int need, int ready) {
    if (need <= ready) {
      return need;
    }
    return Math.max(need, (int) Math.floor(ready * (1 + TOLERANCE) + 1e-9) + 1);
  }
}
