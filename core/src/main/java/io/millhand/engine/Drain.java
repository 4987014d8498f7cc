// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.delivery.EntryId;
import io.millhand.event.DrainReport;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a worker stops: it asks for nothing more, lets handlers finish until time is up, releases the
 * rest, waits until Redis has confirmed, and leaves the group.
 *
 * <p>Threads: {@link #run} once, on a thread of its own; the others from any.
 *
 * <p>Promise: what the worker held is settled, released, or named in the report.
 *
 * <p>Failure: a Redis that does not answer holds a stop up for seconds, not for ever.
 */
final class Drain {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.worker");
  private static final long CHECK_NANOS = 20_000_000;

  /** What a stopping worker waits beyond its time for Redis to confirm. */
  private static final Duration LAST_WORD = Duration.ofSeconds(2);

  private final Parts parts;
  private final Lifecycle lifecycle;
  private final Events events;

  /** Until when handlers may finish; nanoTime. */
  private final AtomicLong by = new AtomicLong(System.nanoTime() + Long.MAX_VALUE / 2);

  /**
   * What is to be stopped.
   *
   * @param home raised when a permit comes home or a settlement is confirmed
   */
  record Parts(
      Loops loops,
      Connections connections,
      Dispatcher dispatcher,
      Settler settler,
      Capacity capacity,
      InFlight inFlight,
      Signal home) {}

  Drain(Parts parts, Lifecycle lifecycle, Events events) {
    this.parts = parts;
    this.lifecycle = lifecycle;
    this.events = events;
  }

  /** Set once. */
  private final AtomicReference<@Nullable Mark> begin = new AtomicReference<>();

  /** What the settler had done when the stop was asked for. */
  private record Mark(long at, long settled, long released) {}

  /**
   * From now on what is settled counts as part of the stop. Gives handlers so long; never more than
   * was given before.
   */
  void within(Duration most) {
    begin.compareAndSet(
        null, new Mark(System.nanoTime(), parts.settler.settled(), parts.settler.released()));
    var deadline = System.nanoTime() + most.toNanos();
    by.accumulateAndGet(deadline, (one, other) -> one - other < 0 ? one : other);
    parts.home.raise();
  }

  /** Stops it all; {@link #within} was called before. */
  DrainReport run() {
    var begun = Objects.requireNonNull(begin.get(), "somebody has asked for the stop");
    try {
      stopAll();
    } catch (InterruptedException e) {
      log.warn("{}: interrupted while it drained", events.by);
    } catch (RuntimeException | Error e) {
      lifecycle.noteFailure(e);
    } finally {
      parts.connections.end();
      parts.dispatcher.close();
    }
    return new DrainReport(
        parts.settler.settled() - begun.settled,
        parts.settler.released() - begun.released,
        leftBehind(),
        Duration.ofNanos(System.nanoTime() - begun.at),
        lifecycle.failure());
  }

  private void stopAll() throws InterruptedException {
    log.info(
        "{}: draining: {}, {}",
        events.by,
        Words.count(parts.dispatcher.running(), "handler runs", "handlers run"),
        Words.count(parts.dispatcher.waiting(), "entry waits", "entries wait"));
    parts.loops.intake().end();
    parts.dispatcher.stop();
    awaitHome();
    awaitConfirmed();
    parts.loops.end(parts.connections);
    var left = leftBehind();
    if (left.isEmpty()) {
      leave();
    } else {
      log.warn(
          "{}: {} left behind; the keeper hands on what is left",
          events.by,
          Words.count(left.size(), "entry is", "entries are"));
    }
  }

  /** What Redis has not confirmed the end of. */
  private List<EntryId> leftBehind() {
    return parts.inFlight.all().stream()
        .filter(Held::isUnconfirmed)
        .map(Held::id)
        .sorted()
        .toList();
  }

  /** Waits until every permit is home and the intake has ended, or time is up. */
  private void awaitHome() throws InterruptedException {
    while (!parts.capacity.allHome() || parts.loops.intake().isAlive()) {
      var left = by.get() - System.nanoTime();
      if (left <= 0) {
        return;
      }
      parts.home.await(Math.min(left, CHECK_NANOS));
    }
  }

  /**
   * Releases what still runs, and what a last read still brings, and waits until Redis has
   * confirmed. Handlers that ignore their interrupt keep their permits.
   */
  private void awaitConfirmed() throws InterruptedException {
    var deadline = System.nanoTime() + LAST_WORD.toNanos();
    while (System.nanoTime() - deadline < 0) {
      parts.dispatcher.releaseRunning();
      var unconfirmed = parts.inFlight.all().stream().anyMatch(Held::isUnconfirmed);
      if (!unconfirmed && !parts.settler.hasUnconfirmed() && !parts.loops.intake().isAlive()) {
        return;
      }
      parts.home.await(CHECK_NANOS);
    }
  }

  /** Says good-bye, and waits for the answer for a short while only. */
  private void leave() throws InterruptedException {
    var leaving =
        Thread.ofPlatform().daemon().name("millhand-leave " + events.by).start(this::sayGoodBye);
    leaving.join(LAST_WORD);
    if (leaving.isAlive()) {
      parts.connections.working().abort();
      leaving.join(LAST_WORD);
    }
  }

  private void sayGoodBye() {
    try {
      switch (parts.connections.working().get().leave()) {
        case LEFT -> log.debug("{}: left the group", events.by);
        case PENDING ->
            log.warn("{}: entries are left under its name; the keeper hands them on", events.by);
        case FENCED -> log.warn("{}: others had taken it for dead before it left", events.by);
      }
    } catch (RuntimeException e) {
      log.warn(
          "{}: could not say good-bye ({}); others will take it for dead and hand on what is left",
          events.by,
          e.getMessage());
    }
  }
}
