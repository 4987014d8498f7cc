// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.part;

import io.millhand.benchmarks.contender.Variant;
import io.millhand.benchmarks.contender.Variant.Plays;
import io.millhand.benchmarks.contender.Variants;
import io.millhand.benchmarks.lab.Session;
import io.millhand.benchmarks.report.Figures;
import io.millhand.benchmarks.report.Metric;
import java.util.List;

/**
 * Handlers that take time: as many at once as the contender can, 1,000 at most. Theory: handlers at
 * once, divided by the time of one.
 */
final class Sleep {

  private static final int IN_FLIGHT = 1_000;
  private static final int PAYLOAD = 100;

  private Sleep() {}

  static void run(Session session) throws Exception {
    try (var server = session.server()) {
      var contenders = session.variants(Variants.all(), Plays.SLEEP);
      var consumption = new Consumption(session, server);
      for (long millis :
          session.plan().pick(List.of(10L), List.of(1L, 10L, 100L), List.of(1L, 10L, 100L))) {
        session.interleave(
            "sleep",
            millis + " ms",
            contenders,
            each -> measure(session, consumption, each, millis));
      }
    }
  }

  private static Figures measure(
      Session session, Consumption consumption, Variant variant, long millis) throws Exception {
    var theory = variant.handlers(IN_FLIGHT) * 1000.0 / millis;
    var seconds = session.plan().pick(0.5, 4.0, 10.0);
    var entries = Math.clamp((long) (theory * seconds), 20, session.plan().entries());
    var warmUp = Math.clamp(entries / 4, 5, 50_000);
    var figures =
        consumption.measure(
            variant, new Consumption.Work(entries, PAYLOAD, IN_FLIGHT, millis, warmUp));
    figures
        .find(Metric.RATE)
        .ifPresent(rate -> figures.with(Metric.OF_THEORY, rate / theory * 100));
    return figures;
  }
}
