// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.part;

import io.millhand.benchmarks.contender.Variant;
import io.millhand.benchmarks.contender.Variant.Plays;
import io.millhand.benchmarks.contender.Variants;
import io.millhand.benchmarks.lab.Session;

/** Handlers that do nothing drain a stream; each entry is acked. */
final class Drain {

  private static final int PAYLOAD = 100;
  private static final long WARM_UP = 1_000_000;

  /** After four millions a JVM has compiled what it will. */
  private static final int PASSES = 5;

  /** A slow contender drains a smaller stream, that takes it about so many seconds. */
  private static final long SLOW_SECONDS = 8;

  private Drain() {}

  static void run(Session session) throws Exception {
    try (var server = session.server()) {
      var contenders = session.variants(Variants.all(), Plays.DRAIN);
      var consumption = new Consumption(session, server);
      session.interleave(
          "drain",
          "no-op",
          contenders,
          each -> {
            var entries = entries(session, each);
            return consumption.measure(
                each,
                new Consumption.Work(entries, PAYLOAD, 1000, 0, Math.min(WARM_UP, entries))
                    .after(session.plan().pick(1, PASSES, PASSES)));
          });
    }
  }

  /** As many as asked for; fewer where the contender would take minutes. */
  private static long entries(Session session, Variant variant) {
    var wanted = session.plan().entries();
    return session.plan().pick(wanted, Math.min(wanted, variant.pace() * SLOW_SECONDS), wanted);
  }
}
