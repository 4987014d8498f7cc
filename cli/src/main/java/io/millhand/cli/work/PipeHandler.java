// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import io.millhand.delivery.Delivery;
import io.millhand.delivery.Entry;
import io.millhand.delivery.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code --pipe}: long-lived children, each with so many entries at a time.
 *
 * <p>Threads: one supervisor for each child, which starts it anew when it has ended; {@link
 * #decide} by handlers.
 *
 * <p>Promise: an entry goes to a child that has room; what a child has when it dies has failed an
 * attempt; where none lives, entries are put off without an attempt.
 */
final class PipeHandler implements EntryHandler {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.handler");
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** How long an entry waits for a child, before it is put off. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Duration PUT_OFF = Duration.ofSeconds(5);

  /** How long children may take to end when their input has. */
  private static final Duration LAST_WORD = Duration.ofSeconds(5);

  /**
   * After so many runs in a row that ended by themselves, without an entry to blame, the command is
   * broken.
   */
  private static final int HOPELESS = 10;

  private final Settings settings;
  private final BooleanSupplier stopping;
  private final Consumer<String> giveUp;
  private final List<Thread> supervisors = new ArrayList<>();

  private final ReentrantLock lock = new ReentrantLock();

  /** A child has come, or has room. */
  private final Condition room = lock.newCondition();

  /** It is being closed. */
  private final Condition closing = lock.newCondition();

  private final List<PipeChild> children = new ArrayList<>(); // guarded by lock
  private boolean closed; // guarded by lock
  private int idleDeaths; // guarded by lock

  /**
   * What to run.
   *
   * @param command the shell's command
   * @param children how many of it
   * @param each how many entries each has at a time
   */
  record Settings(String command, int children, int each) {}

  PipeHandler(Settings settings, BooleanSupplier stopping, Consumer<String> giveUp) {
    this.settings = settings;
    this.stopping = stopping;
    this.giveUp = giveUp;
    for (int i = 1; i <= settings.children(); i++) {
      var name = "child " + i;
      supervisors.add(Thread.ofPlatform().daemon().name(name).start(() -> supervise(name)));
    }
  }

  @Override
  public int concurrency() {
    return settings.children() * settings.each();
  }

  @Override
  public Outcome decide(Delivery<Entry> delivery) throws InterruptedException {
    var id = delivery.id().toString();
    var json = EntryJson.of(delivery);
    var place = place(id, json);
    if (place == null) {
      log.warn("{} {}: no child is there to take it; later", delivery.source(), id);
      return Outcome.defer(PUT_OFF);
    }
    try {
      return place.answer().get();
    } catch (InterruptedException e) {
      place.child().endFor(id);
      throw e;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e); // answers are only ever completed with outcomes
    } finally {
      signalRoom();
    }
  }

  /** A child that has the entry, and its answer to come. */
  private record Place(PipeChild child, CompletableFuture<Outcome> answer) {}

  private @Nullable Place place(String id, String json) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var nanos = PATIENCE.toNanos();
      while (nanos > 0 && !closed) {
        for (var child : byLoad()) {
          var answer = child.handle(id, json);
          if (answer.isPresent()) {
            return new Place(child, answer.get());
          }
        }
        nanos = room.awaitNanos(nanos);
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private List<PipeChild> byLoad() {
    return children.stream()
        .filter(child -> child.load() < settings.each())
        .sorted(Comparator.comparingInt(PipeChild::load))
        .toList();
  }

  private void signalRoom() {
    lock.lock();
    try {
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Keeps one child alive. */
  private void supervise(String name) {
    var pause = FIRST_PAUSE;
    try {
      while (!isClosed()) {
        var end = runOnce(name);
        if (isClosed()) {
          return;
        }
        pause = end.answers() > 0 ? FIRST_PAUSE : pause;
        log.warn("{}: {}; starting it anew in {} ms", name, end.how(), pause.toMillis());
        judge(end);
        if (waitClosing(pause)) {
          return;
        }
        pause =
            pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                ? pause.multipliedBy(2)
                : LONGEST_PAUSE;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private PipeChild.End runOnce(String name) throws InterruptedException {
    try {
      var child = new PipeChild(name, Shell.builder(settings.command()));
      join(child);
      try {
        return child.run(stopping);
      } finally {
        leave(child);
      }
    } catch (IOException e) {
      return new PipeChild.End(0, 0, "cannot be started: " + e.getMessage());
    }
  }

  private void join(PipeChild child) {
    lock.lock();
    try {
      children.add(child);
      room.signalAll();
      if (closed) {
        child.closeInput();
      }
    } finally {
      lock.unlock();
    }
  }

  private void leave(PipeChild child) {
    lock.lock();
    try {
      children.remove(child);
    } finally {
      lock.unlock();
    }
  }

  private void judge(PipeChild.End end) {
    lock.lock();
    try {
      idleDeaths = end.answers() > 0 || end.unanswered() > 0 ? 0 : idleDeaths + 1;
      if (idleDeaths < HOPELESS) {
        return;
      }
    } finally {
      lock.unlock();
    }
    if (!stopping.getAsBoolean()) {
      giveUp.accept(
          "the command of --pipe ended %d times in a row without being given an entry; the last time it %s"
              .formatted(HOPELESS, end.how()));
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private boolean waitClosing(Duration most) throws InterruptedException {
    lock.lock();
    try {
      var nanos = most.toNanos();
      while (!closed && nanos > 0) {
        nanos = closing.awaitNanos(nanos);
      }
      return closed;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    markClosed().forEach(PipeChild::closeInput);
    var deadline = System.nanoTime() + LAST_WORD.toNanos();
    try {
      for (var supervisor : supervisors) {
        supervisor.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
      }
      living().forEach(PipeChild::end);
    } catch (InterruptedException e) {
      living().forEach(PipeChild::kill);
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void abort() {
    markClosed().forEach(PipeChild::kill);
  }

  private List<PipeChild> markClosed() {
    lock.lock();
    try {
      closed = true;
      closing.signalAll();
      room.signalAll();
      return List.copyOf(children);
    } finally {
      lock.unlock();
    }
  }

  private List<PipeChild> living() {
    lock.lock();
    try {
      return List.copyOf(children);
    } finally {
      lock.unlock();
    }
  }

  /** For how the command line presents it. */
  static int defaultChildren() {
    return Runtime.getRuntime().availableProcessors();
  }
}
