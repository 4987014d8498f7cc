// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.part;

import io.millhand.benchmarks.child.Arguments;
import io.millhand.benchmarks.child.Task;
import io.millhand.benchmarks.contender.Sends;
import io.millhand.benchmarks.lab.Server;
import io.millhand.benchmarks.lab.Session;
import io.millhand.benchmarks.report.Figures;
import java.time.Duration;

/** How fast entries are sent, each confirmed, one by one and in batches. */
final class Producer {

  private static final Duration MOST = Duration.ofMinutes(5);

  private Producer() {}

  static void run(Session session) throws Exception {
    try (var server = session.server()) {
      var senders = Sends.all().stream().filter(each -> isWanted(session, each)).toList();
      for (int round = 1; round <= session.plan().rounds(); round++) {
        for (var each : senders) {
          session.once(
              "producer", "send", each.name(), round, () -> measure(session, server, each));
        }
      }
    }
  }

  private static boolean isWanted(Session session, Sends sends) {
    return session.plan().contenders().isEmpty()
        || session.plan().contenders().stream().anyMatch(each -> each.startsWith(sends.family()));
  }

  private static Figures measure(Session session, Server server, Sends sends) throws Exception {
    var seconds = session.plan().pick(1, 4, 20);
    var entries = Math.max(100, Math.min(session.plan().entries(), sends.pace() * seconds));
    var stream = server.ownStream(0, 0);
    try {
      return session
          .children()
          .run(
              Task.SEND,
              Arguments.empty()
                  .with("sender", sends.name())
                  .with("host", server.host())
                  .with("port", server.port())
                  .with("stream", stream)
                  .with("entries", entries),
              MOST);
    } finally {
      server.delete(stream);
    }
  }
}
