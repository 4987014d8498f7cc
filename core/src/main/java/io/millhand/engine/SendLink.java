// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.error.UnavailableException;
import io.millhand.redis.SendCommands;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A producer's connection: opened when it is needed, and tried before it is used where it has
 * rested. It may have been cut unseen: better a question that fails than an entry in doubt.
 *
 * <p>Threads: whoever writes alone.
 */
final class SendLink {

  private static final long RESTED_NANOS = 100_000_000;

  private final Connected<SendCommands> redis;

  /** When the connection last brought an answer; nanoTime. */
  private long lastUsed = System.nanoTime();

  /** How connecting failed last, where it has not worked since. */
  private @Nullable Failure failure;

  /**
   * Connecting failed.
   *
   * @param at nanoTime
   * @param error how
   */
  record Failure(long at, UnavailableException error) {}

  SendLink(Supplier<SendCommands> opener) {
    this.redis = new Connected<>(opener);
  }

  /**
   * The commands on a connection that works as far as we know.
   *
   * @throws java.util.concurrent.CancellationException after {@link #end}
   */
  SendCommands get() {
    var commands = connect();
    if (System.nanoTime() - lastUsed > RESTED_NANOS) {
      try {
        commands.check();
      } catch (UnavailableException e) {
        commands = connect();
      }
    }
    return commands;
  }

  private SendCommands connect() {
    try {
      var commands = redis.get();
      failure = null;
      return commands;
    } catch (UnavailableException e) {
      failure = new Failure(System.nanoTime(), e);
      throw e;
    }
  }

  /** How connecting failed last; null where it works as far as we know. */
  @Nullable Failure failure() {
    return failure;
  }

  /** It brought an answer. */
  void used() {
    lastUsed = System.nanoTime();
  }

  /** Closes for good. */
  void end() {
    redis.end();
  }
}
