// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.world;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Stands for {@link java.util.concurrent.locks.ReentrantLock} in rewritten classes. */
public final class SimLock {

  private final Deque<Strand> waiting = new ArrayDeque<>();
  private @Nullable Strand owner;
  private int depth;

  /** Takes it, waiting for it. */
  public void lock() {
    var me = World.current().runningIfAny();
    if (me == null) {
      // Who looks on from outside finds nobody inside: no strand waits while it holds one of these.
      depth++;
      return;
    }
    while (!take(me)) {
      waiting.add(me);
      me.park(Long.MAX_VALUE);
      waiting.remove(me);
    }
  }

  /** Takes it if it is free. */
  public boolean tryLock() {
    return take(World.current().running());
  }

  private boolean take(Strand me) {
    if (owner != null && owner != me) {
      return false;
    }
    owner = me;
    depth++;
    return true;
  }

  /** Gives it back. */
  public void unlock() {
    depth--;
    if (depth == 0) {
      owner = null;
      var next = waiting.peek();
      if (next != null) {
        next.unpark();
      }
    }
  }
}
