// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.part;

import io.millhand.benchmarks.contender.Variant;
import io.millhand.benchmarks.contender.Variants;
import io.millhand.benchmarks.lab.Server;
import io.millhand.benchmarks.lab.Session;
import io.millhand.benchmarks.report.Figures;
import io.millhand.benchmarks.report.Metric;
import java.util.List;

/**
 * Whether speed stays as things grow: entries, groups, pending entries of others, worker processes,
 * payloads. Each series has one thing grow; each point has a server of its own.
 */
final class Growth {

  private static final int PAYLOAD = 100;
  private static final long WARM_UP = 200_000;

  /** What the payloads of a point add up to, about. */
  private static final long BYTES = 200L << 20;

  private Growth() {}

  static void run(Session session) throws Exception {
    var contenders =
        List.of("limit-c500", "millhand-batch", "millhand-each").stream()
            .map(Variants::named)
            .filter(session::isWanted)
            .toList();
    var plan = session.plan();
    var base = Math.min(plan.entries(), plan.pick(20_000L, 200_000L, 1_000_000L));
    for (long entries :
        plan.pick(
            List.of(10_000L),
            List.of(10_000L, 100_000L, 1_000_000L),
            List.of(10_000L, 100_000L, 1_000_000L, 5_000_000L))) {
      point(
          session, "%,d entries".formatted(entries), contenders, new Point(entries, 1, 0, PAYLOAD));
    }
    for (int groups : plan.pick(List.of(2), List.of(1, 10, 100), List.of(1, 10, 100))) {
      point(session, groups + " groups", contenders, new Point(base, groups, 0, PAYLOAD));
    }
    for (long pending :
        plan.pick(
            List.of(1_000L),
            List.of(0L, 100_000L, 1_000_000L),
            List.of(0L, 100_000L, 1_000_000L, 4_000_000L))) {
      point(
          session,
          "%,d pending of others".formatted(pending),
          contenders,
          new Point(base, 1, pending, PAYLOAD));
    }
    for (int payload :
        plan.pick(
            List.of(1_000), List.of(100, 1_000, 10_000), List.of(100, 1_000, 10_000, 100_000))) {
      var entries = Math.min(base, BYTES / payload);
      point(
          session,
          "payload %,d B".formatted(payload),
          contenders,
          new Point(entries, 1, 0, payload));
    }
    for (int processes : plan.pick(List.of(2), List.of(1, 2, 4, 8), List.of(1, 2, 4, 8, 16, 32))) {
      Fleet.measure(session, processes, base, contenders);
    }
  }

  /**
   * A point of a series.
   *
   * @param entries to drain
   * @param groups of the stream, all at its beginning
   * @param pending of another consumer of the group, besides
   * @param payload bytes
   */
  private record Point(long entries, int groups, long pending, int payload) {}

  private static void point(Session session, String work, List<Variant> contenders, Point point)
      throws Exception {
    try (var server = Server.start()) {
      session.interleave("growth", work, contenders, each -> measure(session, server, each, point));
    }
  }

  private static Figures measure(Session session, Server server, Variant variant, Point point)
      throws Exception {
    var before = server.usedMemory();
    var stream = server.ownStream(point.entries() + point.pending(), point.payload());
    var bytes = server.usedMemory() - before;
    try {
      for (int i = 1; i < point.groups(); i++) {
        server.group(stream);
      }
      return new Consumption(session, server)
          .measureOn(
              stream,
              group -> server.take(stream, group, "other", point.pending()),
              variant,
              new Consumption.Work(point.entries(), point.payload(), 1_000, 0, WARM_UP))
          .with(Metric.REDIS_PER_ENTRY, (double) bytes / (point.entries() + point.pending()));
    } finally {
      server.delete(stream);
    }
  }
}
