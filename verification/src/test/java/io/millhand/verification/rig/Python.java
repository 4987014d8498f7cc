// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import io.millhand.testkit.ChildProcess;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A Python that has redis-py: the system's own, for which Debian has the package python3-redis,
 * else the one on the PATH. Where there is none a test fails on a build server, and is skipped
 * elsewhere.
 */
public final class Python {

  private static final List<String> CANDIDATES = List.of("/usr/bin/python3", "python3");

  private Python() {}

  /** A script among the test resources of the suites. */
  public static ChildProcess.Builder script(String name) {
    return ChildProcess.command(interpreter(), "-u", file(name).toString());
  }

  private static String interpreter() {
    for (var candidate : CANDIDATES) {
      if (hasRedis(candidate)) {
        return candidate;
      }
    }
    var missing =
        "no Python with redis-py in %s: install python3-redis (.ci/run does)".formatted(CANDIDATES);
    if (System.getenv("CI") != null) {
      Assertions.fail(missing);
    }
    return Assumptions.abort(missing);
  }

  private static boolean hasRedis(String candidate) {
    if (candidate.startsWith("/") && !Files.isExecutable(Path.of(candidate))) {
      return false;
    }
    try (var process = ChildProcess.command(candidate, "-c", "import redis").start()) {
      return process.awaitExit(Duration.ofSeconds(20)) == 0;
    }
  }

  private static Path file(String name) {
    var url = Objects.requireNonNull(Python.class.getResource("/" + name), name);
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
