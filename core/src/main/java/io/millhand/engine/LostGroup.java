// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

/**
 * Whether a group that is not there may be taken for lost, where streams move between nodes: not
 * before it was missed for a second, each time by another connection, opened to whichever node
 * serves the stream by then. All times are nanoTime.
 *
 * <p>Threads: the intake's loop alone.
 */
final class LostGroup {

  private static final long CERTAIN_NANOS = 1_000_000_000;

  private boolean missed;
  private long missedAt;

  /** It is there. */
  void found() {
    missed = false;
  }

  /** It was missed just now; answers whether that is certain. */
  boolean isCertain(long now) {
    if (!missed) {
      missed = true;
      missedAt = now;
    }
    return now - missedAt >= CERTAIN_NANOS;
  }
}
