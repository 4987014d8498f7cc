// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import java.time.Duration;

/**
 * How many workers the load needs at this moment, before bounds and before patience; a pure
 * calculation.
 *
 * <p>To keep up with what comes, workers may be busy for a part of their time only ({@code
 * utilisation}); to work off a backlog they may use all of it. So the larger of the two counts, and
 * not their sum: what is spare at a steady load drains first.
 *
 * @param workers how many, with a fraction
 * @param arrivals entries that come in a second
 * @param perWorker entries that one busy worker settles in a second
 * @param backlog entries that wait, beyond what is always on its way
 */
record Requirement(double workers, double arrivals, double perWorker, double backlog) {

  /** What comes within that time is on its way, and no backlog. */
  private static final double PIPELINE_SECONDS = 1;

  static Requirement of(ScalingPolicy policy, double arrivals, double perWorker, long waiting) {
    var backlog = Math.max(0, waiting - arrivals * PIPELINE_SECONDS);
    var steady = arrivals / policy.utilisation();
    var draining = arrivals + backlog / seconds(policy.drain());
    return new Requirement(
        Math.max(steady, backlog > 0 ? draining : 0) / perWorker, arrivals, perWorker, backlog);
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }
}
