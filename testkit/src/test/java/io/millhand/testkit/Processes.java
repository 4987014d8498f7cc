// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** How processes that are not ours to wait for are doing. */
final class Processes {

  static final Duration SOON = Duration.ofSeconds(20);

  private Processes() {}

  static boolean isStopped(long pid) throws IOException {
    return state(pid).equals("T");
  }

  /**
   * A process whose parent died stays as a zombie where the first process of a container does not
   * clean up: it is gone all the same.
   */
  static boolean isGone(long pid) throws IOException {
    var state = state(pid);
    return state.isEmpty() || state.equals("Z");
  }

  /**
   * One letter, empty when there is no such process. Linux tells without the program ps, which
   * small images lack.
   */
  private static String state(long pid) throws IOException {
    if (Files.exists(Path.of("/proc/self/stat"))) {
      var stat = Path.of("/proc/" + pid + "/stat");
      return Files.exists(stat) ? Files.readString(stat).replaceFirst("(?s).*\\) (.).*", "$1") : "";
    }
    try (var ps = ChildProcess.command("ps", "-o", "state=", "-p", Long.toString(pid)).start()) {
      ps.awaitExit(SOON);
      return ps.lines().isEmpty() ? "" : ps.lines().getFirst().strip().substring(0, 1);
    }
  }

  /** A negative id means a process group. */
  static void signal(String name, long pid) {
    try (var kill =
        ChildProcess.command(
                "sh", "-c", "kill -s \"$1\" -- \"$2\"", "kill", name, Long.toString(pid))
            .start()) {
      assertThat(kill.awaitExit(SOON)).as(() -> String.join("\n", kill.errorLines())).isZero();
    }
  }
}
