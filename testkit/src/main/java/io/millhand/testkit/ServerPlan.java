// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** How to start a server, as often as wanted. */
record ServerPlan(
    ServerExecutable executable,
    ServerFolder folder,
    ServerMode mode,
    ServerAccess access,
    List<List<String>> directives,
    Duration startTimeout) {

  /** A server that answers, and where. */
  record Started(ServerRun run, int port) {}

  private static final int PORT_ATTEMPTS = 10;
  private static final Duration PORT_RETRY = Duration.ofMillis(100);
  private static final int LOG_LINES = 15;

  Started startOnFreePort() {
    for (int attempt = 1; attempt <= PORT_ATTEMPTS; attempt++) {
      var port = mode.freePort();
      folder.configure(configuration(port));
      switch (startOnce(port)) {
        case ServerRun.Start.Ready ready -> {
          return new Started(ready.run(), port);
        }
        case ServerRun.Start.Failed failed -> throw failure(port, failed.why());
        case ServerRun.Start.PortTaken taken -> {} // somebody was faster; another port then
      }
    }
    throw failure(0, PORT_ATTEMPTS + " ports that were free were taken before the server could");
  }

  Started startOn(int port) {
    folder.configure(configuration(port));
    return insistOn(port);
  }

  /** After a first start on this port. */
  Started restartOn(int port) {
    return mode.keepsConfiguration() ? insistOn(port) : startOn(port);
  }

  /** A port that is in use is tried again for a while: who had it may just be leaving. */
  private Started insistOn(int port) {
    for (int attempt = 1; attempt <= PORT_ATTEMPTS; attempt++) {
      switch (startOnce(port)) {
        case ServerRun.Start.Ready ready -> {
          return new Started(ready.run(), port);
        }
        case ServerRun.Start.Failed failed -> throw failure(port, failed.why());
        case ServerRun.Start.PortTaken taken -> LockSupport.parkNanos(PORT_RETRY.toNanos());
      }
    }
    throw failure(port, "port " + port + " is in use");
  }

  private ServerRun.Start startOnce(int port) {
    return ServerRun.start(this, port);
  }

  /** Later lines win, so the user's come last. */
  private List<List<String>> configuration(int port) {
    var lines = new ArrayList<List<String>>();
    lines.add(List.of("bind", Ports.LOOPBACK));
    lines.addAll(access.directives(port));
    lines.add(List.of("dir", folder.path().toString()));
    lines.add(List.of("pidfile", folder.pidFile().toString()));
    if (mode != ServerMode.SENTINEL) {
      lines.addAll(dataDirectives());
    }
    lines.addAll(directives);
    return lines;
  }

  private List<List<String>> dataDirectives() {
    var lines = new ArrayList<List<String>>();
    lines.add(List.of("save", ""));
    lines.add(List.of("appendonly", folder.isTemporary() ? "no" : "yes"));
    lines.add(List.of("appendfsync", "everysec"));
    if (executable.major() >= 7) { // 6.2 allows DEBUG, which tests want, by itself
      lines.add(List.of("enable-debug-command", "local"));
    }
    return lines;
  }

  private EmbeddedRedisException failure(int port, String reason) {
    var why =
        access.tls() == null || executable.hasTls() ? reason : "it has been built without TLS";
    var log = ServerRun.logTail(folder.log(), 0).lines().toList();
    var end = String.join("\n  ", log.subList(Math.max(0, log.size() - LOG_LINES), log.size()));
    return new EmbeddedRedisException(
        "%s (%s) did not start on port %d: %s. The end of its log %s:%n  %s"
            .formatted(executable.path(), executable.version(), port, why, folder.log(), end));
  }
}
