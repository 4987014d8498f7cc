// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The permits: one for each entry that may be held. The one law: a permit is taken before an entry
 * is asked for, and given back only when Redis has confirmed its settlement.
 *
 * <p>Threads: {@link #take} on the intake alone; the rest from any.
 *
 * <p>Owns: how many entries and bytes are held.
 */
final class Capacity {

  private final int permits;
  private final long maxBytes;
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final Signal changed;

  Capacity(int permits, long maxBytes, Signal changed) {
    this.permits = permits;
    this.maxBytes = maxBytes;
    this.changed = changed;
  }

  /** How many more entries may be asked for; 0 also when too many bytes are held. */
  int free() {
    return bytes.get() >= maxBytes ? 0 : permits - taken.get();
  }

  void take(int count) {
    taken.addAndGet(count);
  }

  void giveBack(int count) {
    if (count > 0) {
      taken.addAndGet(-count);
      changed.raise();
    }
  }

  void weigh(long more) {
    bytes.addAndGet(more);
  }

  void unweigh(long less) {
    bytes.addAndGet(-less);
  }

  int permits() {
    return permits;
  }

  int taken() {
    return taken.get();
  }

  long bytes() {
    return bytes.get();
  }

  boolean allHome() {
    return taken.get() == 0;
  }
}
