// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.delivery.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries that wait for a handler, in the order in which they came.
 *
 * <p>Threads: any.
 *
 * <p>Promise: a delivery that leaves without a handler is given to {@link Settling}, once.
 */
final class Waiting {

  private final ConcurrentLinkedQueue<Held> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final int batchSize;
  private final int maxCrashes;
  private final Settling settling;

  Waiting(int batchSize, int maxCrashes, Settling settling) {
    this.batchSize = batchSize;
    this.maxCrashes = maxCrashes;
    this.settling = settling;
  }

  void add(List<Held> deliveries) {
    queue.addAll(deliveries);
    count.addAndGet(deliveries.size());
  }

  int count() {
    return count.get();
  }

  /** What the next handler gets; a suspect comes alone. Empty when nothing waits. */
  List<Held> next() {
    var first = startable();
    if (first == null) {
      return List.of();
    }
    if (batchSize == 1 || Suspects.isSuspect(first.arrival.count())) {
      return List.of(first);
    }
    var batch = new ArrayList<Held>(batchSize);
    batch.add(first);
    while (batch.size() < batchSize) {
      var more = startable();
      if (more == null) {
        break;
      }
      if (Suspects.isSuspect(more.arrival.count())) {
        add(List.of(more));
        break;
      }
      batch.add(more);
    }
    return batch;
  }

  /** The next delivery that is still ours; those that killed too many workers are passed over. */
  private @Nullable Held startable() {
    for (var held = poll(); held != null; held = poll()) {
      if (!held.isOwned()) {
        if (held.withdraw()) {
          settling.drop(held);
        }
      } else if (held.arrival.count().crashes() < maxCrashes) {
        return held;
      } else if (held.withdraw()) {
        Outcome end = Suspects.tooManyCrashes(held.arrival.count());
        settling.settle(held, end);
      }
    }
    return null;
  }

  /** Takes all out; whoever takes one out has it to himself. */
  void withdrawAll(Consumer<Held> taken) {
    for (var held = poll(); held != null; held = poll()) {
      if (held.withdraw()) {
        taken.accept(held);
      }
    }
  }

  /** Drops what is not ours any more. */
  void dropDisowned() {
    for (var held : queue) {
      if (!held.isOwned() && held.withdraw()) {
        // It stays in the queue as an empty shell, which whoever takes it out throws away.
        settling.drop(held);
      }
    }
  }

  private @Nullable Held poll() {
    var held = queue.poll();
    if (held != null) {
      count.decrementAndGet();
    }
    return held;
  }
}
