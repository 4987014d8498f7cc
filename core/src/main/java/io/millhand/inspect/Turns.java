// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.redis.Commands;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection on which several threads take turns; opened by the first, and anew when it broke.
 *
 * @param <C> the commands on it
 */
final class Turns<C extends Commands> implements AutoCloseable {

  private final Supplier<C> opener;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. */
  private @Nullable C current;

  Turns(Supplier<C> opener) {
    this.opener = opener;
  }

  /** Waits for its turn. */
  <R> R take(Function<C, R> question) {
    lock.lock();
    try {
      var commands = current;
      if (commands == null || commands.isBroken()) {
        close();
        commands = opener.get();
        current = commands;
      }
      return question.apply(commands);
    } finally {
      lock.unlock();
    }
  }

  /** A later turn opens it again. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (current != null) {
        current.close();
        current = null;
      }
    } finally {
      lock.unlock();
    }
  }
}
