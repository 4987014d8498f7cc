// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.part;

import io.millhand.benchmarks.lab.Server;
import io.millhand.benchmarks.lab.Session;
import io.millhand.benchmarks.report.Figures;
import io.millhand.benchmarks.report.Metric;
import io.millhand.testkit.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** {@code ./millhand work}: from the start of the process to the first entry in its handler. */
final class Startup {

  /** The system property by which the script tells where the repository is. */
  private static final String HOME = "millhand.home";

  private static final Duration BUILD = Duration.ofMinutes(15);
  private static final Duration MOST = Duration.ofSeconds(60);

  private Startup() {}

  static void run(Session session) throws Exception {
    var command = Path.of(System.getProperty(HOME, "."), "millhand");
    if (!session.isWanted("millhand-each") || !Files.isExecutable(command)) {
      session.remark("startup: skipped, there is no " + command.getFileName() + " to start");
      return;
    }
    session.say("startup: the command is built first, where it is older than its sources");
    try (var builds = ChildProcess.command(command.toString(), "--version").start()) {
      if (builds.awaitExit(BUILD) != 0) {
        session.remark("startup: skipped, the command does not start: " + builds.errorLines());
        return;
      }
    }
    try (var server = session.server()) {
      var rounds = session.plan().rounds() * session.plan().pick(1, 3, 10);
      for (int round = 1; round <= rounds; round++) {
        session.once("startup", "", "millhand work", round, () -> measure(server, command));
      }
    }
  }

  private static Figures measure(Server server, Path command) throws Exception {
    var stream = server.ownStream(10, 100);
    var at = System.nanoTime();
    try (var work =
        ChildProcess.command(
                command.toString(),
                "work",
                "--redis",
                "redis://" + server.host() + ":" + server.port(),
                "--stream",
                stream,
                "--group",
                "startup",
                "--print")
            .environment("MILLHAND_NO_BUILD", "1")
            .start()) {
      work.awaitLine(line -> line.contains("99.99"), MOST);
      var seconds = (System.nanoTime() - at) / 1e9;
      work.signal("TERM");
      work.awaitExit(MOST);
      return new Figures().with(Metric.SECONDS, seconds);
    } finally {
      server.delete(stream);
    }
  }
}
