// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.part;

import io.millhand.benchmarks.child.Arguments;
import io.millhand.benchmarks.child.Task;
import io.millhand.benchmarks.contender.Variant;
import io.millhand.benchmarks.contender.Variants;
import io.millhand.benchmarks.lab.Children;
import io.millhand.benchmarks.lab.Pings;
import io.millhand.benchmarks.lab.Server;
import io.millhand.benchmarks.lab.Session;
import io.millhand.benchmarks.report.Figures;
import io.millhand.benchmarks.report.Metric;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * A worker process that holds a million entries is killed with SIGKILL; another takes them over and
 * handles them, while a client that has nothing to do with it asks for a key. Beside it a bare loop
 * of XAUTOCLAIM, which need not find out that the owner is dead.
 */
final class Reclaim {

  private static final int PAYLOAD = 100;
  private static final int SECONDS = 300;
  private static final Duration MOST = Duration.ofSeconds(SECONDS + 60L);
  private static final Duration IDLE = Duration.ofSeconds(2);

  private Reclaim() {}

  static void run(Session session) throws Exception {
    var entries = session.plan().entries();
    var work = "%,d pending of a killed worker".formatted(entries);
    List<Variant> contenders =
        List.of("millhand-batch", "millhand-each").stream()
            .map(Variants::named)
            .filter(session::isWanted)
            .toList();
    for (int round = 1; round <= session.plan().rounds(); round++) {
      for (int count : session.isWanted("limit") ? new int[] {100, 1_000} : new int[0]) {
        session.once(
            "reclaim",
            work,
            "limit-xautoclaim-c" + count,
            round,
            () -> claim(session, entries, count));
      }
      for (var each : contenders) {
        session.once("reclaim", work, each.name(), round, () -> rescue(session, each, entries));
      }
    }
  }

  /** The bare loop. */
  private static Figures claim(Session session, long entries, int count) throws Exception {
    try (var server = Server.start()) {
      var stream = server.stream(entries, PAYLOAD);
      var group = server.group(stream);
      server.take(stream, group, "dead", entries);
      var arguments = where(server, stream, group, entries).with("count", count);
      var idle = idle(server);
      try (var pings = new Pings(server.host(), server.port())) {
        var figures = session.children().run(Task.AUTO_CLAIM, arguments, MOST);
        return with(figures, idle, pings.stop());
      }
    }
  }

  private static Figures rescue(Session session, Variant variant, long entries) throws Exception {
    try (var server = Server.start()) {
      var stream = server.stream(entries, PAYLOAD);
      var group = server.group(stream);
      var warmUp = Math.min(100_000, entries);
      var warm = server.warmStream(warmUp, PAYLOAD);
      server.createGroup(warm, group);
      var arguments = where(server, stream, group, entries);
      try (var doomed =
          session.children().start(Task.DOOMED, arguments, List.of("-Xmx4g", "-XX:+UseSerialGC"))) {
        Children.awaitReady(doomed, MOST);
        server.awaitPending(stream, group, entries, MOST);
        var rescues =
            where(server, stream, group, entries)
                .with("contender", variant.name())
                .with("warm-stream", warm)
                .with("warm-entries", warmUp)
                .with("most", SECONDS);
        try (var rescuer = session.children().start(Task.RESCUE, rescues, List.of())) {
          Children.awaitReady(rescuer, MOST);
          var idle = idle(server);
          try (var pings = new Pings(server.host(), server.port())) {
            var killedAt = System.nanoTime() / 1e9;
            doomed.signal("KILL");
            var figures = Children.figures(rescuer, MOST);
            var waits = pings.stop();
            var first = figures.take(Metric.FIRST_AT).orElseThrow();
            var last = figures.take(Metric.LAST_AT).orElseThrow();
            return with(figures, idle, waits)
                .with(Metric.NOTICED, first - killedAt)
                .with(Metric.SECONDS, last - killedAt)
                .with(Metric.LEFT, server.left(stream, group));
          }
        }
      }
    }
  }

  private static Arguments where(Server server, String stream, String group, long entries) {
    return Arguments.empty()
        .with("host", server.host())
        .with("port", server.port())
        .with("stream", stream)
        .with("group", group)
        .with("entries", entries);
  }

  private static double idle(Server server) throws IOException, InterruptedException {
    try (var pings = new Pings(server.host(), server.port())) {
      Thread.sleep(IDLE);
      return pings.stop().getValueAtPercentile(99) / 1e6;
    }
  }

  private static Figures with(Figures figures, double idle, Histogram waits) {
    return figures
        .with(Metric.PING_IDLE_P99, idle)
        .with(Metric.PING_P50, waits.getValueAtPercentile(50) / 1e6)
        .with(Metric.PING_P99, waits.getValueAtPercentile(99) / 1e6)
        .with(Metric.PING_MAX, waits.getMaxValue() / 1e6);
  }
}
