// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.delivery.Delivery;
import io.millhand.delivery.Outcome;
import io.millhand.event.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A thread's worth of handling: one invocation after another while there is work and the fence is
 * open.
 *
 * <p>Threads: {@link #run} on one of its own; {@link #abandonIf} from the time-out watch and a
 * stopping worker.
 *
 * <p>Owns: one slot, until it ends or its handler is abandoned.
 *
 * <p>Failure: whatever a handler throws is an outcome; what else is thrown fails the worker.
 */
final class Runner implements Runnable {

  private final Parts parts;

  /** The call under way; written by this runner. */
  private volatile @Nullable Invocation current;

  /**
   * Whether this runner's slot was given to another, since its handler ignores its interrupt.
   * Guarded by this.
   */
  private boolean slotGone;

  /** Whether this runner has given its slot back. Guarded by this. */
  private boolean left;

  /**
   * What it works with.
   *
   * @param ended counts deliveries that were handled
   */
  record Parts(
      Work<?> work,
      Delivery.Source source,
      Waiting waiting,
      Slots slots,
      Settling settling,
      Fence fence,
      Events events,
      Loop.Fatal fatal,
      LongAdder ended,
      Crew crew) {}

  /** Those that run. */
  interface Crew {
    boolean isStopping();

    void begins(Runner runner);

    void ends(Runner runner);

    /** There may be a free slot for what waits. */
    void wake();
  }

  /** Is given a slot that was taken before. */
  Runner(Parts parts) {
    this.parts = parts;
  }

  @Override
  public void run() {
    try {
      parts.crew.begins(this);
      handleAll();
    } catch (Throwable e) {
      parts.fatal.fail(e);
    } finally {
      leave();
      parts.crew.ends(this);
    }
  }

  private void handleAll() {
    while (!parts.crew.isStopping() && !lostSlot() && parts.fence.isOpen()) {
      var batch = parts.waiting.next();
      if (batch.isEmpty()) {
        return;
      }
      // Before the handler: it may block, and others wait.
      parts.crew.wake();
      handle(batch);
    }
  }

  private synchronized void leave() {
    left = true;
    if (slotGone) {
      parts.slots.abandonedEnds();
    } else {
      parts.slots.giveBack();
    }
  }

  private void handle(List<Held> taken) {
    var now = System.nanoTime();
    var invocation = new Invocation(taken, now);
    // Before any of them begins, so that whoever stops what runs misses none.
    current = invocation;
    var batch = begun(taken, now);
    var outcomes =
        batch.isEmpty() ? List.<Outcome>of() : parts.work.run(batch, parts.source, parts.fence);
    invocation.end();
    current = null;
    // An interrupt was meant for the handler that has just ended, not for the next.
    if (Thread.currentThread().isInterrupted()) {
      Thread.interrupted();
    }
    parts.ended.add(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      finish(batch.get(i), outcomes.get(i));
    }
  }

  /** Those that were not dropped or released in the last moment. */
  private List<Held> begun(List<Held> taken, long now) {
    var batch = taken;
    if (taken.size() == 1) {
      batch = taken.get(0).begin(now) ? taken : List.of();
    } else {
      batch = taken.stream().filter(held -> held.begin(now)).toList();
    }
    var events = parts.events;
    if (events.areHeard()) {
      batch.forEach(this::tellStarted);
    }
    return batch;
  }

  private void tellStarted(Held held) {
    parts.events.emit(
        new Event.Started(
            parts.events.by,
            held.id(),
            held.arrival.count(),
            held.arrival.origin(),
            Duration.ofNanos(held.waitedNanos())));
  }

  private void finish(Held held, Outcome outcome) {
    if (held.end(System.nanoTime())) {
      parts.settling.settle(held, outcome);
    } else {
      if (outcome instanceof Outcome.Ack) {
        parts.settling.ackLate(held);
      }
      parts.settling.letGo(held);
      if (!parts.crew.isStopping()) {
        parts.events.emit(new Event.AbandonedEnded(parts.events.by, held.id()));
      }
    }
    if (outcome instanceof Outcome.Failed failed
        && failed.cause() instanceof VirtualMachineError error
        && !(error instanceof StackOverflowError)) {
      // The whole process is in doubt, not this entry alone.
      parts.fatal.fail(error);
    }
  }

  /**
   * Interrupts its handler and settles what that has, if it began so long ago; the slot goes to
   * another.
   */
  void abandonIf(long nanosAgo, Consumer<Held> settle) {
    var invocation = current;
    var now = System.nanoTime();
    if (invocation == null || now - invocation.startedAt < nanosAgo) {
      return;
    }
    var taken = new ArrayList<Held>();
    for (var held : invocation.held) {
      if (held.abandon(now)) {
        taken.add(held);
      }
    }
    if (taken.isEmpty()) {
      return;
    }
    giveSlotAway();
    invocation.interrupt();
    taken.forEach(settle);
    parts.crew.wake();
  }

  /** Whether its handler has called {@code System.exit}. */
  boolean endsProcess() {
    var invocation = current;
    return invocation != null && invocation.endsProcess();
  }

  private synchronized void giveSlotAway() {
    if (!slotGone && !left) {
      slotGone = true;
      parts.slots.abandon();
    }
  }

  private synchronized boolean lostSlot() {
    return slotGone;
  }
}
