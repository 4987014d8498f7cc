// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.part;

import io.millhand.benchmarks.child.Arguments;
import io.millhand.benchmarks.child.Task;
import io.millhand.benchmarks.contender.Variant;
import io.millhand.benchmarks.contender.Variant.Plays;
import io.millhand.benchmarks.contender.Variants;
import io.millhand.benchmarks.lab.Session;
import io.millhand.benchmarks.report.Figures;
import java.time.Duration;

/** A hundred workers of one group in one process, with nothing to do. */
final class Idle {

  private static final Duration MOST = Duration.ofMinutes(3);

  private Idle() {}

  static void run(Session session) throws Exception {
    var count = session.plan().pick(5, 100, 100);
    session.interleave(
        "idle",
        count + " workers",
        session.variants(Variants.all(), Plays.IDLE),
        each -> measure(session, each, count));
  }

  /** Each time on a server of its own, which has nothing else to do either. */
  private static Figures measure(Session session, Variant variant, int count) throws Exception {
    try (var server = io.millhand.benchmarks.lab.Server.start()) {
      var stream = server.ownStream(1, 0);
      var group = server.group(stream);
      return session
          .children()
          .run(
              Task.IDLE,
              Arguments.empty()
                  .with("contender", variant.name())
                  .with("host", server.host())
                  .with("port", server.port())
                  .with("stream", stream)
                  .with("group", group)
                  .with("count", count)
                  .with("settle", session.plan().pick(1, 5, 10))
                  .with("seconds", session.plan().pick(1, 10, 30)),
              MOST);
    }
  }
}
