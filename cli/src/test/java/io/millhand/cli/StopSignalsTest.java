// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.testkit.ChildProcess;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class StopSignalsTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  /** Does not stop at the first signal, and fails at the second. */
  static final class Stubborn {
    private Stubborn() {}

    public static void main(String[] args) throws InterruptedException {
      StopSignals.listen(
          signal -> System.out.println("first"),
          signal -> {
            throw new IllegalStateException("this cannot be done");
          });
      System.out.println("listens");
      new CountDownLatch(1).await();
    }
  }

  @Test
  void the_second_signal_ends_the_process_even_where_what_is_to_be_done_fails() {
    try (var process = ChildProcess.java(Stubborn.class).start()) {
      process.awaitLine("listens"::equals, SOON);
      process.signal("TERM");
      process.awaitLine("first"::equals, SOON);

      await()
          .atMost(SOON)
          .until(
              () -> {
                if (process.isAlive()) {
                  ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroy);
                }
                return !process.isAlive();
              });

      assertThat(process.awaitExit(SOON)).isEqualTo(ExitCode.SIGNAL + 15);
    }
  }
}
