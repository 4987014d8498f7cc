// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

/**
 * What time it is for the server, by which entry ids are given out: as the last heartbeat told it,
 * carried on by nanoTime. Before the first, this machine's clock stands in. For telling only:
 * nothing is decided by it.
 *
 * <p>Threads: taught by the heartbeat; asked by any.
 */
final class ServerClock {

  private static final long NANOS = 1_000_000;

  /** Server milliseconds at nanoTime 0. Written by the heartbeat. */
  private volatile long origin = System.currentTimeMillis() - System.nanoTime() / NANOS;

  /**
   * The server has told its time.
   *
   * @param millis what it told
   * @param sentAt when it was asked; nanoTime
   * @param answeredAt when the answer was here; nanoTime
   */
  void learn(long millis, long sentAt, long answeredAt) {
    origin = millis - (sentAt + (answeredAt - sentAt) / 2) / NANOS;
  }

  /** The server's time at a nanoTime, in milliseconds. */
  long millisAt(long nanos) {
    return origin + nanos / NANOS;
  }
}
