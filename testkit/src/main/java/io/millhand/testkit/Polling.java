// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for states of servers that tell nobody when they are reached. */
final class Polling {

  private static final Duration PERIOD = Duration.ofMillis(20);

  private Polling() {}

  /**
   * Asks again and again until nothing is in the way any more.
   *
   * @param goal what is waited for, for the error
   * @param obstacle what is in the way now; a server that does not answer, or with an error, counts
   *     as an obstacle
   * @throws EmbeddedRedisException with the last obstacle when the time is over or the thread is
   *     interrupted
   */
  static void until(String goal, Duration timeout, Supplier<Optional<String>> obstacle) {
    var deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      var last = look(obstacle);
      if (last.isEmpty()) {
        return;
      }
      if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
        throw new EmbeddedRedisException(
            "%s: not within %s: %s".formatted(goal, timeout, last.get()));
      }
      LockSupport.parkNanos(PERIOD.toNanos());
    }
  }

  private static Optional<String> look(Supplier<Optional<String>> obstacle) {
    try {
      return obstacle.get();
    } catch (RedisProbe.ErrorReply | UncheckedIOException | IllegalStateException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
