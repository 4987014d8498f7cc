// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.part;

import io.millhand.benchmarks.child.Arguments;
import io.millhand.benchmarks.child.Task;
import io.millhand.benchmarks.contender.Variant;
import io.millhand.benchmarks.contender.Variant.Plays;
import io.millhand.benchmarks.contender.Variants;
import io.millhand.benchmarks.lab.Children;
import io.millhand.benchmarks.lab.Server;
import io.millhand.benchmarks.lab.Session;
import io.millhand.benchmarks.report.Figures;
import io.millhand.benchmarks.report.Metric;
import java.time.Duration;
import java.util.List;

/**
 * How long an entry takes from when it was to be sent to the start of its handler, at steady rates.
 * The sender is a process of its own that keeps to its schedule.
 */
final class Latency {

  private static final int PAYLOAD = 100;
  private static final long WARM_UP = 100_000;
  private static final Duration READY = Duration.ofMinutes(2);

  private Latency() {}

  static void run(Session session) throws Exception {
    try (var server = session.server()) {
      var contenders = session.variants(Variants.all(), Plays.LATENCY);
      if (contenders.isEmpty()) {
        return;
      }
      for (var rate : List.of(1_000L, 10_000L)) {
        measure(session, server, contenders, rate, "");
      }
      measure(session, server, contenders, half(session, server), " (half of the limit)");
    }
  }

  private static void measure(
      Session session, Server server, List<Variant> contenders, long rate, String remark) {
    session.interleave(
        "latency",
        String.format(java.util.Locale.ROOT, "%,d/s%s", rate, remark),
        contenders,
        each -> once(session, server, each, rate));
  }

  private static long half(Session session, Server server) throws Exception {
    var limit = Variants.named("limit-c500");
    var entries = session.plan().entries();
    var figures =
        new Consumption(session, server)
            .measure(
                limit, new Consumption.Work(entries, PAYLOAD, 1, 0, Math.min(WARM_UP, entries)));
    var half = (long) (figures.find(Metric.RATE).orElseThrow() / 2);
    session.remark(
        "latency: the limit drained %,.0f/s once, half of it is %,d/s"
            .formatted(figures.find(Metric.RATE).orElseThrow(), half));
    return Math.max(1, half);
  }

  private static Figures once(Session session, Server server, Variant variant, long rate)
      throws Exception {
    var seconds = session.plan().pick(1, 8, 30);
    var warmSeconds = session.plan().pick(1, 15, 30);
    var warm = rate * warmSeconds;
    var entries = rate * seconds;
    var stream = server.ownStream(0, PAYLOAD);
    var group = server.group(stream);
    var warmStream = server.warmStream(Math.min(WARM_UP, session.plan().entries()), PAYLOAD);
    server.createGroup(warmStream, group);
    var where =
        Arguments.empty()
            .with("host", server.host())
            .with("port", server.port())
            .with("stream", stream);
    var listens =
        Arguments.empty()
            .with("contender", variant.name())
            .with("host", server.host())
            .with("port", server.port())
            .with("stream", stream)
            .with("group", group)
            .with("inflight", 1000)
            .with("warm-stream", warmStream)
            .with("warm-entries", Math.min(WARM_UP, session.plan().entries()))
            .with("entries", warm + entries)
            .with("most", warmSeconds + seconds + 40);
    var sends = where.with("rate", rate).with("warm", warm).with("entries", entries);
    try (var listener = session.children().start(Task.LISTEN, listens, List.of())) {
      Children.awaitReady(listener, READY);
      Figures sent;
      try (var sender = session.children().startPunctual(Task.OPEN_LOOP, sends)) {
        sent = Children.figures(sender, Duration.ofSeconds(warmSeconds + seconds + 120L));
      }
      var backlog = server.left(stream, group);
      return Children.figures(listener, Duration.ofSeconds(warmSeconds + seconds + 120L))
          .with(Metric.BACKLOG, backlog)
          .with(Metric.RATE, sent.find(Metric.RATE).orElse(0.0))
          .with(Metric.SEND_LATE_P99, sent.find(Metric.SEND_LATE_P99).orElse(0.0));
    } finally {
      server.forget(stream, group);
      server.forget(warmStream, group);
      server.delete(stream);
    }
  }
}
