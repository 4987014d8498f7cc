// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.world;

import org.jspecify.annotations.Nullable;

/** Stands for {@link java.util.concurrent.locks.LockSupport} in rewritten classes. */
public final class SimLockSupport {

  private SimLockSupport() {}

  /** Waits until it is unparked, so long at most. */
  public static void parkNanos(Object blocker, long nanos) {
    World.current().running().park(nanos);
  }

  /** Wakes that one. */
  public static void unpark(@Nullable SimThread thread) {
    if (thread != null) {
      thread.strand().unpark();
    }
  }
}
