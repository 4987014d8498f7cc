// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.event.Event;

/**
 * Whether this worker is the group's keeper, as far as its last heartbeat told, and whether it has
 * watched without a gap.
 *
 * <p>Threads: written by the heartbeat, read by the keeper.
 */
final class Ticket {

  private final Events events;
  private final Signal keeper;
  private volatile boolean held;
  private volatile long until;

  /**
   * Raised by every doubt about our own view of time: what the keeper has observed before is void.
   */
  private volatile long gaps;

  Ticket(Events events, Signal keeper) {
    this.events = events;
    this.keeper = keeper;
  }

  void update(boolean keeps, long validUntil) {
    until = validUntil;
    set(keeps);
  }

  void lose() {
    gap();
    set(false);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // the heartbeat is the only writer
  void gap() {
    gaps++;
  }

  private void set(boolean keeps) {
    if (keeps != held) {
      held = keeps;
      events.emit(new Event.KeeperChanged(events.by, keeps));
      keeper.raise();
    }
  }

  boolean isHeld() {
    return held && System.nanoTime() - until < 0;
  }

  long gaps() {
    return gaps;
  }
}
