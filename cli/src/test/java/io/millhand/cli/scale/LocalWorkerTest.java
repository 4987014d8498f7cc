// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.millhand.testkit.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LocalWorkerTest {

  @Test
  void a_process_that_has_ended_and_whom_nobody_reaps_is_gone() {
    assumeThat(Files.exists(Path.of("/proc/self/stat"))).as("a system with /proc").isTrue();
    try (var parent =
        ChildProcess.command("sh", "-c", "sleep 1 & echo $!; exec sleep 100").start()) {
      var pid = Long.parseLong(parent.awaitLine(line -> !line.isEmpty(), Site.SOON));
      var child = ProcessHandle.of(pid).orElseThrow();

      await().atMost(Site.SOON).until(() -> !LocalWorker.isAlive(child));

      assertThat(child.isAlive()).as("the JDK takes it to be alive").isTrue();
    }
  }

  @Test
  void a_process_is_alive_whatever_its_name_is() {
    assertThat(LocalWorker.hasEnded("7 (sleep) S 1 7 7 0")).isFalse();
    assertThat(LocalWorker.hasEnded("7 (a) Z (b) R 1 7 7 0")).isFalse();
    assertThat(LocalWorker.hasEnded("7 (a) R (b) Z 1 7 7 0")).isTrue();
    assertThat(LocalWorker.hasEnded("7 (sleep) X 0 7 7 0")).isTrue();
    assertThat(LocalWorker.hasEnded("")).isFalse();
    assertThat(LocalWorker.hasEnded("7 (sleep)")).isFalse();
  }
}
