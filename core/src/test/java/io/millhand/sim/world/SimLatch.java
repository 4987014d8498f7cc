// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.world;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Stands for {@link java.util.concurrent.CountDownLatch} in rewritten classes. */
public final class SimLatch {

  private final List<Strand> waiting = new ArrayList<>();
  private int count;

  /** Closed until it was counted down so often. */
  public SimLatch(int count) {
    this.count = count;
  }

  /** Counts down. */
  public void countDown() {
    count--;
    if (count <= 0) {
      waiting.forEach(Strand::unpark);
    }
  }

  /** Waits until it is open. */
  public void await() throws InterruptedException {
    await(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
  }

  /** Waits until it is open, so long at most. */
  public boolean await(long most, TimeUnit unit) throws InterruptedException {
    var world = World.current();
    var me = world.running();
    waiting.add(me);
    var end = most == Long.MAX_VALUE ? Long.MAX_VALUE : world.now() + unit.toNanos(most);
    while (count > 0 && world.now() < end) {
      me.park(end == Long.MAX_VALUE ? end : end - world.now());
      if (me.takeInterrupt()) {
        throw new InterruptedException();
      }
    }
    return count <= 0;
  }
}
