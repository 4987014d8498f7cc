// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.config.WorkerSettings.HandlerThreads;
import io.millhand.delivery.Delivery;
import io.millhand.delivery.Outcome;
import io.millhand.event.Event;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Hands deliveries to handlers, so many at a time.
 *
 * <p>Threads: {@link #accept} on the intake; {@link #abandonOverdue} on the time-out watch; the
 * rest from any. Its runners are short-lived.
 *
 * <p>Owns: what waits, and who runs.
 *
 * <p>Promise: no handler starts while the fence is shut; every delivery taken in leaves as a
 * settlement, exactly once.
 *
 * <p>Failure: a handler that ignores its interrupt loses its slot, not its permit.
 */
final class Dispatcher implements Runner.Crew {

  private final Waiting waiting;
  private final Slots slots;
  private final int batchSize;
  private final Order order;
  private final Settling settling;
  private final Fence fence;
  private final Signal intake;
  private final Events events;
  private final Loop.Fatal fatal;
  private final Runner.Parts parts;
  private final Executor threads;
  private final @Nullable ExecutorService pool;
  private final LongAdder ended = new LongAdder();

  /** Whether a runner has been started that has not begun. */
  private final AtomicBoolean starting = new AtomicBoolean();

  private final Set<Runner> runners = ConcurrentHashMap.newKeySet();

  /** Written by a stopping worker: what waits is released, nothing starts. */
  private volatile boolean stopping;

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
      Order order,
      Settling settling,
      Fence fence,
      Signal intake,
      Events events,
      Loop.Fatal fatal) {
    this.waiting = new Waiting(work.batchSize(), terms.maxCrashes(), settling);
    this.slots = new Slots(terms.concurrency());
    this.batchSize = work.batchSize();
    this.order = order;
    this.settling = settling;
    this.fence = fence;
    this.intake = intake;
    this.events = events;
    this.fatal = fatal;
    this.parts =
        new Runner.Parts(
            work, terms.source(), waiting, slots, settling, fence, events, fatal, ended, this);
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
    waiting.add(deliveries);
    if (stopping) {
      releaseWaiting();
    } else {
      wake();
    }
  }

  /**
   * Starts a runner, if there is work and room for one, and none is on its way to its thread: each
   * that begins looks for the next. So a fast handler gets a run of entries in one thread, before
   * another has come to a processor; and one that blocks has been followed by then.
   */
  @Override
  public void wake() {
    while (waiting.count() > 0 && fence.isOpen() && !starting.get() && slots.free() > 0) {
      if (starting.compareAndSet(false, true)) {
        if (slots.take()) {
          start();
          return;
        }
        starting.set(false);
      }
    }
  }

  private void start() {
    try {
      threads.execute(new Runner(parts));
    } catch (Throwable e) {
      starting.set(false);
      slots.giveBack();
      fatal.fail(e);
    }
  }

  @Override
  public boolean isStopping() {
    return stopping;
  }

  @Override
  public void begins(Runner runner) {
    // First, whatever becomes of it: while it is set nobody starts.
    starting.set(false);
    runners.add(runner);
  }

  /**
   * The slot is free before the queue is looked at again, so that no delivery is left without a
   * runner.
   */
  @Override
  public void ends(Runner runner) {
    runners.remove(runner);
    intake.raise();
    if (!stopping && waiting.count() > 0) {
      wake();
    }
  }

  /**
   * How many handlers could start at once, less what waits for them already; negative when more
   * waits.
   */
  int vacant() {
    return slots.free() * batchSize - waiting.count();
  }

  int running() {
    return slots.running();
  }

  int waiting() {
    return waiting.count() + order.blocked();
  }

  int abandoned() {
    return slots.abandoned();
  }

  /** How many deliveries have been handled. */
  long ended() {
    return ended.sum();
  }

  /** From now on nothing starts; what waits is released. */
  void stop() {
    stopping = true;
    order.withdrawAll(held -> settling.release(held, Duration.ZERO));
    releaseWaiting();
  }

  private void releaseWaiting() {
    waiting.withdrawAll(held -> settling.release(held, Duration.ZERO));
  }

  /** Drops what is not ours any more and has not begun. */
  void dropDisowned() {
    waiting.dropDisowned();
    order.dropDisowned();
  }

  /** Interrupts and settles as failed what has run for longer than that. */
  void abandonOverdue(Duration timeout) {
    runners.forEach(runner -> runner.abandonIf(timeout.toNanos(), held -> timedOut(held, timeout)));
  }

  private void timedOut(Held held, Duration timeout) {
    events.emit(new Event.TimedOut(events.by, held.id(), timeout));
    settling.settle(
        held,
        Outcome.failed(
            new TimeoutException(
                "the handler ran longer than handlerTimeout, " + Words.time(timeout))));
  }

  /** Interrupts and releases all that runs: the worker stops and waits no longer. */
  void releaseRunning() {
    runners.forEach(runner -> runner.abandonIf(0, held -> release(runner, held)));
  }

  /** Unattempted; but one that ends the process would do the same at the next worker, for ever. */
  private void release(Runner runner, Held held) {
    if (runner.endsProcess()) {
      settling.settle(
          held, Outcome.failed(new IllegalStateException("the handler called System.exit")));
    } else {
      settling.release(held, Duration.ZERO);
    }
  }

  void close() {
    if (pool != null) {
      pool.shutdown();
    }
  }
}
