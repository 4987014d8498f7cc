// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

/**
 * How many entries one turn may ask for: fewer after a reply that broke its connection, since Redis
 * ends a client for whom it would have to keep too much ({@code client-output-buffer-limit}). Used
 * by the intake's loop alone.
 */
final class ReadSize {

  private static final int SHRINK = 4;
  private static final int GROW = 8;

  private final int most;
  private int now;

  ReadSize(int most) {
    this.most = most;
    this.now = most;
  }

  int of(int room) {
    return Math.min(room, now);
  }

  /** A connection broke under a read: down to one after a few of these. */
  void broke() {
    now = Math.max(1, now / SHRINK);
  }

  /** Entries came: a little more the next time. */
  void came() {
    now = Math.min(most, now + now / GROW + 1);
  }
}
