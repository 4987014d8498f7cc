// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.delivery.Delivery.Count;
import io.millhand.delivery.Outcome;
import io.millhand.redis.ReadCommands.SuspectRoom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The one slot for suspects: entries that were held by more than one worker when it died. They run
 * one at a time, named in the registration, so that the one that kills is found and its neighbours
 * are not blamed.
 *
 * <p>Threads: any.
 */
final class Suspects {

  /** Crashes that make a suspect. */
  static final int AFTER = 2;

  private final AtomicReference<@Nullable Held> running = new AtomicReference<>();

  static boolean isSuspect(Count count) {
    return count.crashes() >= AFTER;
  }

  static Outcome tooManyCrashes(Count count) {
    return Outcome.dead("%d workers died while they held it".formatted(count.crashes()));
  }

  /** Takes the slot; false when another has it. */
  boolean admit(Held held) {
    return running.compareAndSet(null, held);
  }

  /** Its settlement is confirmed: the slot is free. */
  void settled(Held held) {
    running.compareAndSet(held, null);
  }

  @Nullable Held running() {
    return running.get();
  }

  SuspectRoom room() {
    return running.get() == null ? SuspectRoom.FREE : SuspectRoom.TAKEN;
  }
}
