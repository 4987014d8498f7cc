// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.part;

import io.millhand.benchmarks.contender.Variant;
import io.millhand.benchmarks.contender.Variants;
import io.millhand.benchmarks.lab.Session;
import java.util.List;

/**
 * One entry in ten fails once and is tried again, by the default policy: after 0.5 to 1.5 s. Beside
 * it the same drain without failures. None of the others has retries of its own.
 */
final class Retries {

  private static final int PAYLOAD = 100;
  private static final long WARM_UP = 100_000;

  private Retries() {}

  static void run(Session session) throws Exception {
    try (var server = session.server()) {
      var consumption = new Consumption(session, server);
      var entries = session.plan().entries();
      List<Variant> contenders =
          List.of(Variants.named("millhand-each"), Variants.named("millhand-plain")).stream()
              .filter(session::isWanted)
              .toList();
      for (int round = 1; round <= session.plan().rounds(); round++) {
        for (var each : contenders) {
          for (int failing : new int[] {0, 10}) {
            session.once(
                "retries",
                failing == 0 ? "none fails" : "10 % fail once",
                each.name(),
                round,
                () ->
                    consumption.measure(
                        each,
                        new Consumption.Work(entries, PAYLOAD, 1_000, 0, Math.min(WARM_UP, entries))
                            .failing(failing)));
          }
        }
      }
    }
  }
}
