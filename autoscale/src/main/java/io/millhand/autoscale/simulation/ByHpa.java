// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import io.millhand.autoscale.simulation.HorizontalAutoscaler.Reading;

/** A HorizontalPodAutoscaler decides, by what some signal says. */
final class ByHpa implements Decider {

  /** Seconds between two turns of the controller. */
  static final int SYNC = 15;

  private final Signal signal;
  private final HorizontalAutoscaler hpa;
  private final int phase;

  /** What it asks for. */
  interface Signal {
    /** The value now; looked at in each second, also where nobody asks. */
    Reading read(Sight sight);

    /** Why it is what it is, in words. */
    String reason();
  }

  ByHpa(Signal signal, HpaSpec spec, int phase) {
    this.signal = signal;
    this.hpa = new HorizontalAutoscaler(spec);
    this.phase = phase;
  }

  @Override
  public int ask(Sight sight) {
    var reading = signal.read(sight);
    return sight.time() % SYNC == phase
        ? hpa.sync(sight.time(), reading, sight.requested())
        : sight.requested();
  }

  @Override
  public String reason() {
    return signal.reason();
  }
}
