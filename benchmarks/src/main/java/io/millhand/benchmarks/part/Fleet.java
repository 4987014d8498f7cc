// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.part;

import io.millhand.benchmarks.child.Arguments;
import io.millhand.benchmarks.child.Task;
import io.millhand.benchmarks.contender.Variant;
import io.millhand.benchmarks.lab.Children;
import io.millhand.benchmarks.lab.Server;
import io.millhand.benchmarks.lab.Session;
import io.millhand.benchmarks.report.Figures;
import io.millhand.benchmarks.report.Metric;
import io.millhand.testkit.ChildProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Several processes drain one group. They wait at its end; then the group is set to its beginning,
 * and the clock runs until nothing is unread or pending.
 */
final class Fleet {

  private static final int PAYLOAD = 100;
  private static final long WARM_UP = 50_000;
  private static final int SECONDS = 120;
  private static final Duration MOST = Duration.ofSeconds(SECONDS + 60L);

  private Fleet() {}

  static void measure(Session session, int processes, long entries, List<Variant> contenders) {
    var workers = contenders.stream().filter(each -> each.name().startsWith("millhand")).toList();
    session.interleave(
        "growth",
        processes + (processes == 1 ? " worker process" : " worker processes"),
        workers,
        each -> once(session, processes, entries, each));
  }

  private static Figures once(Session session, int processes, long entries, Variant variant)
      throws Exception {
    var children = new ArrayList<ChildProcess>();
    try (var server = Server.start()) {
      var stream = server.stream(entries, PAYLOAD);
      var group = server.group(stream);
      server.admin().command("XGROUP", "SETID", stream, group, "$");
      var warm = server.warmStream(WARM_UP, PAYLOAD);
      for (int i = 0; i < processes; i++) {
        children.add(
            session
                .children()
                .start(Task.CROWD, arguments(server, stream, group, variant, warm), List.of()));
      }
      for (var child : children) {
        Children.awaitReady(child, MOST);
      }
      var cpu = server.admin().cpuSeconds();
      var from = System.nanoTime();
      server.rewind(stream, group);
      server.awaitDrained(stream, group, Duration.ofSeconds(SECONDS));
      var seconds = (System.nanoTime() - from) / 1e9;
      var redisSeconds = server.admin().cpuSeconds() - cpu;
      var clients = 0.0;
      var handled = 0.0;
      for (var child : children) {
        var figures = Children.figures(child, MOST);
        clients += figures.find(Metric.SECONDS).orElse(0.0);
        handled += figures.find(Metric.ENTRIES).orElse(0.0);
      }
      return new Figures()
          .with(Metric.RATE, entries / seconds)
          .with(Metric.ENTRIES, handled)
          .with(Metric.CLIENT_CPU, clients * 1e6 / entries)
          .with(Metric.SERVER_CPU, redisSeconds * 1e6 / entries)
          .with(Metric.LEFT, server.left(stream, group));
    } finally {
      children.forEach(ChildProcess::close);
    }
  }

  /** Each warms up by itself: a group of its own, on the stream that is for that. */
  private static Arguments arguments(
      Server server, String stream, String group, Variant variant, String warm)
      throws java.io.IOException {
    var warmGroup = server.group(warm);
    return Arguments.empty()
        .with("contender", variant.name())
        .with("host", server.host())
        .with("port", server.port())
        .with("stream", stream)
        .with("group", group)
        .with("warm-stream", warm)
        .with("warm-group", warmGroup)
        .with("warm-entries", WARM_UP)
        .with("most", SECONDS);
  }
}
