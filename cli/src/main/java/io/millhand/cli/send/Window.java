// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.send;

import io.millhand.delivery.EntryId;
import io.millhand.error.NotDurableException;
import io.millhand.error.UncertainSendException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The entries on their way, bounded in bytes, and what became of those before.
 *
 * <p>Threads: one sends; answers come on others.
 */
final class Window {

  private static final int BYTES = 32 << 20;

  /** What an entry costs besides its fields. */
  private static final int OVERHEAD = 256;

  private final Semaphore room = new Semaphore(BYTES);
  private final ReentrantLock lock = new ReentrantLock();

  /** All below: guarded by the lock. */
  private long added;

  private long uncertain;
  private long notDurable;
  private @Nullable EntryId first;
  private @Nullable EntryId last;
  private @Nullable Failure failure;

  /**
   * The first one that was not added, or not durably.
   *
   * @param number which of those sent, counted from 1
   * @param line where it stands
   * @param cause why
   */
  record Failure(long number, long line, Throwable cause) {}

  /**
   * What became of all.
   *
   * @param added how many were added, as durably as was asked
   * @param uncertain how many may have been added
   * @param notDurable how many were added, but not durably
   * @param first the first id
   * @param last the last id
   * @param failure the first one that was not added, or not durably
   */
  record Result(
      long added,
      long uncertain,
      long notDurable,
      Optional<EntryId> first,
      Optional<EntryId> last,
      Optional<Failure> failure) {}

  /** Waits for room; answers what must be given back with {@link #settle}. */
  int enter(long bytes) {
    var weight = (int) Math.min(BYTES, bytes + OVERHEAD);
    room.acquireUninterruptibly(weight);
    return weight;
  }

  /** An answer. */
  void settle(int weight, long number, long line, @Nullable EntryId id, @Nullable Throwable error) {
    lock.lock();
    try {
      if (id != null) {
        added++;
        first = first == null || id.compareTo(first) < 0 ? id : first;
        last = last == null || id.compareTo(last) > 0 ? id : last;
      } else if (error != null) {
        failed(number, line, error);
      }
    } finally {
      lock.unlock();
    }
    room.release(weight);
  }

  private void failed(long number, long line, Throwable error) {
    var cause =
        error instanceof CompletionException wrapped && wrapped.getCause() != null
            ? wrapped.getCause()
            : error;
    uncertain += cause instanceof UncertainSendException ? 1 : 0;
    notDurable += cause instanceof NotDurableException ? 1 : 0;
    if (failure == null || number < failure.number()) {
      failure = new Failure(number, line, cause);
    }
  }

  boolean hasFailed() {
    return result().failure().isPresent();
  }

  /** What is known by now. */
  Result result() {
    lock.lock();
    try {
      return new Result(
          added,
          uncertain,
          notDurable,
          Optional.ofNullable(first),
          Optional.ofNullable(last),
          Optional.ofNullable(failure));
    } finally {
      lock.unlock();
    }
  }

  /** Waits until nothing is on its way. */
  void awaitAll() {
    room.acquireUninterruptibly(BYTES);
    room.release(BYTES);
  }
}
