// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.redis.Commands;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is opened when it is needed, and anew when it broke.
 *
 * <p>Threads: its loop alone, but for {@link #abort}.
 *
 * @param <C> the commands on it
 */
final class Connected<C extends Commands> implements AutoCloseable {

  private final Supplier<C> opener;

  /** Written by the owning loop. */
  private volatile @Nullable C current;

  private volatile boolean ended;
  private long opened;

  Connected(Supplier<C> opener) {
    this.opener = opener;
  }

  /**
   * The commands on a connection that works as far as we know.
   *
   * @throws CancellationException after {@link #end}
   */
  C get() {
    var commands = current;
    if (commands != null && !commands.isBroken()) {
      return commands;
    }
    close();
    var fresh = opener.get();
    current = fresh;
    opened++;
    if (ended) {
      close();
      throw new CancellationException("closed for good");
    }
    return fresh;
  }

  /** Whether there is no connection that works, as far as we know. */
  boolean isBroken() {
    var commands = current;
    return commands == null || commands.isBroken();
  }

  /** Closes for good: whoever is opening one now, or comes later, gets none. */
  void end() {
    ended = true;
    close();
  }

  /** How often it was opened: a number that differs from before tells of a reconnect. */
  long generation() {
    return opened;
  }

  /** Closes the socket under the loop that waits on it; any thread may call this. */
  void abort() {
    var commands = current;
    if (commands != null) {
      commands.abort();
    }
  }

  @Override
  public void close() {
    var commands = current;
    current = null;
    if (commands != null) {
      commands.close();
    }
  }
}
