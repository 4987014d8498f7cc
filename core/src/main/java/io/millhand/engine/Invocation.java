// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import java.util.Arrays;
import java.util.List;

/**
 * One call of a handler: which deliveries it has, since when, in which thread.
 *
 * <p>Threads: made by its runner; interrupted by the time-out watch or a stopping worker, never
 * after it has ended.
 */
final class Invocation {

  final List<Held> held;
  final long startedAt;
  private final Thread thread = Thread.currentThread();

  /** Guarded by this. */
  private boolean ended;

  Invocation(List<Held> held, long startedAt) {
    this.held = held;
    this.startedAt = startedAt;
  }

  synchronized void interrupt() {
    if (!ended) {
      thread.interrupt();
    }
  }

  /** Whether its handler has called {@code System.exit}, and so waits for the end of us all. */
  boolean endsProcess() {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(
            frame ->
                frame.getClassName().equals("java.lang.Runtime")
                    && frame.getMethodName().equals("exit"));
  }

  /** No interrupt comes after this. */
  synchronized void end() {
    ended = true;
  }
}
