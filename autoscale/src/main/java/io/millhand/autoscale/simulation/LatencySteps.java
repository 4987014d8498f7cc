// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import io.millhand.autoscale.simulation.HorizontalAutoscaler.Reading;
import java.util.Locale;

/**
 * One worker more while the oldest entry waits longer than a range, one fewer when it has waited
 * shorter for ten minutes: what scalers by queue latency do.
 */
final class LatencySteps implements ByHpa.Signal {

  private static final int EVERY = 15;
  private static final int CALM = 600;

  private final double low;
  private final double high;
  private int want;
  private int lastNotLow;
  private double last;

  /**
   * With that range.
   *
   * @param low seconds, below which a worker fewer will do
   * @param high seconds, above which a worker more is needed
   */
  LatencySteps(double low, double high) {
    this.low = low;
    this.high = high;
  }

  @Override
  public Reading read(Sight sight) {
    if (!sight.known()) {
      return new Reading.Failed();
    }
    if (sight.time() % EVERY == 0) {
      last = sight.oldestWait();
      step(sight);
    }
    return Reading.Value.of(want);
  }

  private void step(Sight sight) {
    want = sight.requested();
    if (last >= low) {
      lastNotLow = sight.time();
    }
    if (last > high) {
      want++;
    } else if (sight.time() - lastNotLow >= CALM) {
      want = Math.max(0, want - 1);
      lastNotLow = sight.time();
    }
  }

  @Override
  public String reason() {
    return String.format(Locale.ROOT, "the oldest entry has waited %.0f s", last);
  }
}
