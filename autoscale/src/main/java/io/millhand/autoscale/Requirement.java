// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import java.time.Duration;
import java.util.Locale;

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

  private static final double ROUNDING = 1e-6;

  static Requirement of(ScalingPolicy policy, double arrivals, double perWorker, long waiting) {
    var backlog = Math.max(0, waiting - arrivals * PIPELINE_SECONDS);
    var steady = arrivals / policy.utilisation();
    var draining = arrivals + backlog / seconds(policy.drain());
    return new Requirement(
        Math.max(steady, backlog > 0 ? draining : 0) / perWorker, arrivals, perWorker, backlog);
  }

  /** Whole workers; what a division leaves behind the point is no worker. */
  int whole() {
    return whole(workers);
  }

  static int whole(double workers) {
    return (int) Math.ceil(workers - ROUNDING);
  }

  /** The figures that lead to it. */
  String words(ScalingPolicy policy, Measurement now) {
    var waiting =
        backlog > 0
            ? String.format(Locale.ROOT, "%,d wait", now.backlog().entries())
                + now.oldest()
                    .map(age -> ", the oldest for %d s".formatted(age.toSeconds()))
                    .orElse("")
            : "nothing waits";
    return String.format(
        Locale.ROOT,
        "%.1f/s come, a busy worker settles %.1f/s, %s: work for %.1f workers%s",
        arrivals,
        perWorker,
        waiting,
        workers,
        isDraining(policy)
            ? " until that is done, in %s s".formatted(policy.drain().toSeconds())
            : "");
  }

  /** Whether what waits asks for more than what comes does. */
  private boolean isDraining(ScalingPolicy policy) {
    return workers * perWorker > arrivals / policy.utilisation() + ROUNDING;
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }
}
