// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import io.millhand.autoscale.Advice.Need;
import io.millhand.autoscale.Advice.Unknown;

/** Decides how many workers one group needs, measurement after measurement. Not thread-safe. */
public final class Scaler {

  private final ScalingPolicy policy;

  /**
   * Knows nothing yet.
   *
   * @throws IllegalArgumentException when that policy cannot work
   */
  public Scaler(ScalingPolicy policy) {
    var problems = policy.problems();
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    this.policy = policy;
  }

  /** What the policy asks for, after all that was measured so far and this. */
  public Advice advise(Measurement now) {
    if (now.flow().isEmpty()) {
      return new Unknown("one look cannot tell how much comes");
    }
    var wanted = now.hasWork() ? Math.max(1, now.fleet().ready()) : 0;
    return new Need(Math.clamp(wanted, policy.min(), policy.max()), "not decided yet");
  }
}
