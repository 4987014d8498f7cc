// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.night;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Does something twenty times a second until it is closed. */
final class Feed implements AutoCloseable {

  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final ScheduledFuture<?> running;

  Feed(Runnable action) {
    running = executor.scheduleAtFixedRate(action, 0, 50, TimeUnit.MILLISECONDS);
  }

  /** An action that threw is the last one. */
  void assertRuns() {
    assertThat(running.isDone()).isFalse();
  }

  @Override
  public void close() {
    executor.close();
  }
}
