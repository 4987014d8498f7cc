// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.part;

import io.millhand.benchmarks.child.Task;
import io.millhand.benchmarks.contender.Variant;
import io.millhand.benchmarks.contender.Variants;
import io.millhand.benchmarks.lab.Session;
import java.util.List;

/** 10,000 entries in flight under the 512 MiB of heap that each contender has. */
final class Memory {

  private static final int PAYLOAD = 100;
  private static final long SLEEP_MILLIS = 100;

  private Memory() {}

  static void run(Session session) throws Exception {
    try (var server = session.server()) {
      int inFlight = session.plan().pick(500, 10_000, 10_000);
      var consumption = new Consumption(session, server);
      List<Variant> contenders =
          List.of("millhand-each", "jedis-threads", "lettuce-threads").stream()
              .map(Variants::named)
              .filter(session::isWanted)
              .toList();
      session.interleave(
          "memory",
          "all handlers wait",
          contenders,
          each ->
              consumption.measure(
                  Task.HOLD, each, new Consumption.Work(inFlight, PAYLOAD, inFlight, 0, inFlight)));
      session.interleave(
          "memory",
          "%,d in flight, 100 ms handlers".formatted(inFlight),
          contenders,
          each ->
              consumption.measure(
                  each,
                  new Consumption.Work(
                      inFlight * session.plan().pick(2L, 30L, 100L),
                      PAYLOAD,
                      inFlight,
                      SLEEP_MILLIS,
                      inFlight)));
    }
  }
}
