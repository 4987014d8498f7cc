// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.delivery.EntryId;
import io.millhand.redis.Arrival;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * One delivery in this worker's hands, from its reading until Redis has confirmed its settlement.
 *
 * <p>Threads: any; each change of stage is one atomic step, and only its winner acts on it.
 */
final class Held {

  private static final AtomicReferenceFieldUpdater<Held, Stage> STAGE =
      AtomicReferenceFieldUpdater.newUpdater(Held.class, Stage.class, "stage");
  private static final AtomicIntegerFieldUpdater<Held> HANDS =
      AtomicIntegerFieldUpdater.newUpdater(Held.class, "hands");

  /** Where a delivery is. */
  enum Stage {
    /** No handler has begun. */
    WAITING,
    /** In a handler. */
    RUNNING,
    /** Its settlement is on its way. */
    SETTLING,
    /** Its settlement is on its way, or done, but the handler's thread has not ended. */
    ABANDONED
  }

  final Arrival arrival;
  final long bytes;
  private final long readAt;
  private volatile Stage stage = Stage.WAITING;

  /** The settlement, and the handler's thread: the permit goes home when both have let go. */
  @SuppressWarnings("unused") // by its updater
  private volatile int hands = 2;

  /** Written by the settler: Redis has confirmed. */
  private volatile boolean confirmed;

  /** Written by the heartbeat. */
  private volatile boolean outlivedGroup;

  /** Written by the heartbeat; read by handlers. */
  private volatile boolean owned = true;

  /** Written by the runner before RUNNING is seen; nanoTime. */
  private long startedAt;

  /** Written before SETTLING is seen; nanoTime. */
  private long endedAt;

  /**
   * Has come in.
   *
   * @param readAt when; nanoTime
   */
  Held(Arrival arrival, long readAt) {
    this.arrival = arrival;
    this.readAt = readAt;
    this.bytes = arrival.entry().fields().byteSize();
  }

  EntryId id() {
    return arrival.id();
  }

  Stage stage() {
    return stage;
  }

  /** A handler begins; false when the delivery was dropped or released in the meantime. */
  boolean begin(long now) {
    startedAt = now;
    return STAGE.compareAndSet(this, Stage.WAITING, Stage.RUNNING);
  }

  /** It leaves the queue without a handler. */
  boolean withdraw() {
    return leave(Stage.WAITING);
  }

  /** The handler ended by itself; false when it had been abandoned before. */
  boolean end(long now) {
    endedAt = now;
    return leave(Stage.RUNNING);
  }

  /** No thread has it any more, so the settlement alone holds the permit. */
  private boolean leave(Stage from) {
    if (STAGE.compareAndSet(this, from, Stage.SETTLING)) {
      HANDS.decrementAndGet(this);
      return true;
    }
    return false;
  }

  /**
   * It is settled although its handler still runs; false when that had ended, or been abandoned,
   * before.
   */
  boolean abandon(long now) {
    if (STAGE.compareAndSet(this, Stage.RUNNING, Stage.ABANDONED)) {
      endedAt = now;
      return true;
    }
    return false;
  }

  /** One of its hands lets go; true for the last. */
  boolean letGo() {
    return HANDS.decrementAndGet(this) == 0;
  }

  void confirm() {
    confirmed = true;
  }

  /**
   * Whether Redis has not confirmed its settlement; an abandoned handler may still run after that.
   */
  boolean isUnconfirmed() {
    return !confirmed;
  }

  /** The group was made anew since this was delivered: that it is not pending says nothing. */
  void outliveGroup() {
    outlivedGroup = true;
  }

  boolean hasOutlivedGroup() {
    return outlivedGroup;
  }

  boolean isOwned() {
    return owned;
  }

  void disown() {
    owned = false;
  }

  long startedAt() {
    return startedAt;
  }

  /** How long it waited for its handler, which has begun. */
  long waitedNanos() {
    return startedAt - readAt;
  }

  /** How long its handler ran; 0 where none has begun. */
  long handlerNanos() {
    return endedAt == 0 ? 0 : endedAt - startedAt;
  }
}
