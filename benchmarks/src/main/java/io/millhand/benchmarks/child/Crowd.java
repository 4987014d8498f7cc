// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.child;

import io.millhand.benchmarks.contender.Effect;
import io.millhand.benchmarks.contender.Variants;
import io.millhand.benchmarks.report.Figures;
import io.millhand.benchmarks.report.Metric;
import java.time.Duration;

/**
 * One of several processes that share a group. It has begun when it says so, and ends when nothing
 * has come for a while.
 *
 * <p>Arguments: as {@link Consume}; most: seconds that it lives.
 */
final class Crowd {

  private static final Duration LOOK = Duration.ofMillis(500);

  private Crowd() {}

  static Figures run(Arguments arguments) throws Exception {
    var contender = Variants.named(arguments.text("contender")).makes().get();
    Consume.warmUp(contender, arguments, Effect.NONE);
    var job = Consume.job(arguments, arguments.text("stream"), Long.MAX_VALUE, Effect.NONE);
    var end = System.nanoTime() + Duration.ofSeconds(arguments.number("most")).toNanos();
    try (var running = contender.start(job)) {
      var from = Gauges.begin();
      Child.ready();
      long seen = 0;
      while (System.nanoTime() < end) {
        job.await(LOOK);
        if (seen > 0 && job.handled() == seen) {
          break;
        }
        seen = job.handled();
      }
      running.awaitAcked();
      return new Figures()
          .with(Metric.ENTRIES, job.handled())
          .with(Metric.SECONDS, from.cpuTo(Gauges.now()));
    }
  }
}
