// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.config.WorkerSettings.HandlerThreads;
import io.millhand.delivery.Delivery;
import io.millhand.delivery.Outcome;
import io.millhand.event.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Hands deliveries to handlers, so many at a time.
 *
 * <p>Threads: {@link #accept} on the intake; runners are short-lived threads that take one delivery
 * after another while there are any; {@link #abandonOverdue} on the time-out watch; the rest from
 * any.
 *
 * <p>Owns: the queue of waiting deliveries, and who runs.
 *
 * <p>Promise: no handler starts while the fence is shut; every delivery taken in leaves as a
 * settlement, exactly once.
 *
 * <p>Failure: whatever a handler throws is an outcome; a handler that ignores its interrupt loses
 * its slot, not its permit.
 */
final class Dispatcher {

  private final Work<?> work;
  private final int concurrency;
  private final int maxCrashes;
  private final Delivery.Source source;
  private final Settling settling;
  private final Fence fence;
  private final Signal intake;
  private final Events events;
  private final Loop.Fatal fatal;
  private final Executor threads;
  private final @Nullable ExecutorService pool;

  private final ConcurrentLinkedQueue<Held> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingCount = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger abandoned = new AtomicInteger();
  private final LongAdder ended = new LongAdder();
  private final Set<Runner> runners = ConcurrentHashMap.newKeySet();

  /** Written by a stopping worker: what waits is released, nothing starts. */
  private volatile boolean stopping;

  /** Where outcomes go. */
  interface Settling {
    void settle(Held held, Outcome outcome);

    void release(Held held, Duration delay);

    void ackLate(Held held);

    /** A delivery that is not ours any more: forget it. */
    void drop(Held held);

    /** An abandoned handler's thread has ended. */
    void letGo(Held held);
  }

  /** How handlers run. */
  record Terms(
      int concurrency,
      int maxCrashes,
      HandlerThreads threads,
      Delivery.Source source,
      String name) {}

  Dispatcher(
      Work<?> work,
      Terms terms,
      Settling settling,
      Fence fence,
      Signal intake,
      Events events,
      Loop.Fatal fatal) {
    this.work = work;
    this.concurrency = terms.concurrency();
    this.maxCrashes = terms.maxCrashes();
    this.source = terms.source();
    this.settling = settling;
    this.fence = fence;
    this.intake = intake;
    this.events = events;
    this.fatal = fatal;
    var name = "millhand-handler " + terms.name() + " ";
    if (terms.threads() == HandlerThreads.VIRTUAL) {
      var factory = Thread.ofVirtual().name(name, 0).factory();
      this.threads = task -> factory.newThread(task).start();
      this.pool = null;
    } else {
      this.pool =
          Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name(name, 0).factory());
      this.threads = pool;
    }
  }

  /** Takes deliveries in; each owns a permit. */
  void accept(List<Held> deliveries) {
    if (deliveries.isEmpty()) {
      return;
    }
    waiting.addAll(deliveries);
    waitingCount.addAndGet(deliveries.size());
    if (stopping) {
      releaseWaiting();
    } else {
      wake();
    }
  }

  /** Starts as many runners as there is work and room for. */
  void wake() {
    var wanted = (waitingCount.get() + work.batchSize() - 1) / work.batchSize();
    while (wanted-- > 0 && fence.isOpen() && takeSlot()) {
      try {
        threads.execute(new Runner());
      } catch (Throwable e) {
        running.decrementAndGet();
        fatal.fail(e);
        return;
      }
    }
  }

  private boolean takeSlot() {
    while (true) {
      var now = running.get();
      if (now >= concurrency) {
        return false;
      }
      if (running.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  /**
   * How many handlers could start at once, less what waits for them already; negative when more
   * waits.
   */
  int vacant() {
    return (concurrency - running.get()) * work.batchSize() - waitingCount.get();
  }

  int running() {
    return running.get();
  }

  int waiting() {
    return waitingCount.get();
  }

  int abandoned() {
    return abandoned.get();
  }

  /** How many deliveries have been handled. */
  long ended() {
    return ended.sum();
  }

  /** From now on nothing starts; what waits is released. */
  void stop() {
    stopping = true;
    releaseWaiting();
  }

  private void releaseWaiting() {
    for (var held = poll(); held != null; held = poll()) {
      if (held.withdraw()) {
        settling.release(held, Duration.ZERO);
      }
    }
  }

  /** Drops what is not ours any more and has not begun. */
  void dropDisowned() {
    for (var held : waiting) {
      if (!held.isOwned() && held.withdraw()) {
        // It stays in the queue as an empty shell, which a runner throws away.
        settling.drop(held);
      }
    }
  }

  /** Interrupts and settles as failed what has run for longer than that; answers how many. */
  int abandonOverdue(Duration timeout) {
    var now = System.nanoTime();
    var count = 0;
    for (var runner : runners) {
      var invocation = runner.current;
      if (invocation != null && now - invocation.startedAt > timeout.toNanos()) {
        count += runner.abandon(invocation, held -> timedOut(held, timeout));
      }
    }
    return count;
  }

  private void timedOut(Held held, Duration timeout) {
    events.emit(new Event.TimedOut(events.by, held.id(), timeout));
    settling.settle(
        held,
        Outcome.failed(
            new TimeoutException("the handler ran longer than handlerTimeout, " + timeout)));
  }

  /** Interrupts and releases all that runs: the worker stops and waits no longer. */
  void releaseRunning() {
    for (var runner : runners) {
      var invocation = runner.current;
      if (invocation != null) {
        runner.abandon(invocation, held -> settling.release(held, Duration.ZERO));
      }
    }
  }

  void close() {
    if (pool != null) {
      pool.shutdown();
    }
  }

  private @Nullable Held poll() {
    var held = waiting.poll();
    if (held != null) {
      waitingCount.decrementAndGet();
    }
    return held;
  }

  /**
   * A thread's worth of handling: one invocation after another while there is work and the fence is
   * open.
   */
  private final class Runner implements Runnable {

    /** The call under way; written by this runner. */
    volatile @Nullable Invocation current;

    /**
     * Whether this runner's slot was given to another, since its handler ignores its interrupt.
     * Guarded by this.
     */
    private boolean slotGone;

    /** Whether this runner has given its slot back. Guarded by this. */
    private boolean left;

    @Override
    public void run() {
      runners.add(this);
      try {
        handleAll();
      } catch (Throwable e) {
        fatal.fail(e);
      } finally {
        runners.remove(this);
        leave();
      }
    }

    private void handleAll() {
      while (!stopping && !lostSlot() && fence.isOpen()) {
        var batch = next();
        if (batch.isEmpty()) {
          return;
        }
        handle(batch);
      }
    }

    /**
     * The slot is free before the queue is looked at again, so that no delivery is left without a
     * runner.
     */
    private void leave() {
      synchronized (this) {
        left = true;
        if (slotGone) {
          abandoned.decrementAndGet();
        } else {
          running.decrementAndGet();
        }
      }
      intake.raise();
      if (!stopping && waitingCount.get() > 0) {
        wake();
      }
    }

    private List<Held> next() {
      var first = startable();
      if (first == null) {
        return List.of();
      }
      if (work.batchSize() == 1 || Suspects.isSuspect(first.arrival.count())) {
        return List.of(first);
      }
      var batch = new ArrayList<Held>(work.batchSize());
      batch.add(first);
      while (batch.size() < work.batchSize()) {
        var more = startable();
        if (more == null) {
          break;
        }
        if (Suspects.isSuspect(more.arrival.count())) {
          // It gets a batch of its own.
          waiting.add(more);
          waitingCount.incrementAndGet();
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
          settling.settle(held, Suspects.tooManyCrashes(held.arrival.count()));
        }
      }
      return null;
    }

    private void handle(List<Held> taken) {
      var now = System.nanoTime();
      var invocation = new Invocation(taken, now);
      // Before any of them begins, so that whoever stops what runs misses none.
      current = invocation;
      var batch = begun(taken, now);
      var outcomes = batch.isEmpty() ? List.<Outcome>of() : work.run(batch, source, fence);
      invocation.end();
      current = null;
      // An interrupt was meant for the handler that has just ended, not for the next.
      Thread.interrupted();
      ended.add(batch.size());
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
      if (events.areHeard()) {
        for (var held : batch) {
          var count = held.arrival.count();
          events.emit(new Event.Started(events.by, held.id(), count, held.arrival.origin()));
        }
      }
      return batch;
    }

    private void finish(Held held, Outcome outcome) {
      if (held.end(System.nanoTime())) {
        settling.settle(held, outcome);
      } else {
        if (outcome instanceof Outcome.Ack) {
          settling.ackLate(held);
        }
        settling.letGo(held);
      }
      if (outcome instanceof Outcome.Failed failed
          && failed.cause() instanceof VirtualMachineError error
          && !(error instanceof StackOverflowError)) {
        // The whole process is in doubt, not this entry alone.
        fatal.fail(error);
      }
    }

    int abandon(Invocation invocation, java.util.function.Consumer<Held> settle) {
      var now = System.nanoTime();
      var taken = new ArrayList<Held>();
      for (var held : invocation.held) {
        if (held.abandon(now)) {
          taken.add(held);
        }
      }
      if (taken.isEmpty()) {
        return 0;
      }
      synchronized (this) {
        if (!slotGone && !left) {
          slotGone = true;
          running.decrementAndGet();
          abandoned.incrementAndGet();
        }
      }
      invocation.interrupt();
      taken.forEach(settle);
      wake();
      return taken.size();
    }

    private synchronized boolean lostSlot() {
      return slotGone;
    }
  }
}
