// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.error.MillhandException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of a worker's long-lived threads: runs a step again and again, waits longer after each
 * failure in a row, and ends when told. A platform thread, so that handlers which spin on virtual
 * threads cannot starve it.
 *
 * <p>Threads: {@link #end} and {@link #wake} from any.
 *
 * <p>Failure: an outage is waited out; anything else is logged and tried again; an {@link Error}
 * fails the worker.
 */
final class Loop {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.loop");
  private static final long FIRST_WAIT_NANOS = 50_000_000;
  private static final long LONGEST_WAIT_NANOS = 1_000_000_000;

  private final String name;
  private final Step step;
  private final Outage outage;
  private final Fatal fatal;
  private final Thread thread;
  final Signal signal;

  /** When the turn under way began; nanoTime. Written by the loop. */
  private volatile long turnedAt = System.nanoTime();

  /** Written by {@link #end}. */
  private volatile boolean ending;

  /** The loop's own. */
  private long wait = FIRST_WAIT_NANOS;

  /** One turn. */
  @FunctionalInterface
  interface Step {
    Turn run() throws InterruptedException;

    /** After the last turn, where it was told to end in time. */
    default void last() throws InterruptedException {}
  }

  /** What a turn came to, if it did not fail. */
  enum Turn {
    /** Redis was asked, and answered. */
    ASKED,
    /** There was nothing to ask: it says nothing of Redis. */
    IDLE
  }

  /** Hears that a loop cannot go on. */
  @FunctionalInterface
  interface Fatal {
    void fail(Throwable cause);
  }

  Loop(String name, String worker, Signal signal, Step step, Outage outage, Fatal fatal) {
    this.name = name;
    this.signal = signal;
    this.step = step;
    this.outage = outage;
    this.fatal = fatal;
    this.thread =
        Thread.ofPlatform().daemon().name("millhand-" + name + " " + worker).unstarted(this::run);
  }

  void start() {
    turnedAt = System.nanoTime();
    thread.start();
  }

  /** Ends after the turn that is under way. */
  void end() {
    ending = true;
    signal.close();
  }

  /** Ends now, whatever it waits for. */
  void interrupt() {
    ending = true;
    thread.interrupt();
  }

  /**
   * How long its turn has taken by now: 0 when it was told to end; a loop that has died is in its
   * last turn for ever.
   */
  long turnNanos() {
    return ending ? 0 : System.nanoTime() - turnedAt;
  }

  void wake() {
    signal.raise();
  }

  boolean isAlive() {
    return thread.isAlive();
  }

  /** Waits until its thread has ended; false when it has not by then. */
  boolean join(long millis) throws InterruptedException {
    thread.join(Math.max(1, millis));
    return !thread.isAlive();
  }

  private void run() {
    try {
      while (!ending) {
        turn();
      }
      lastWord();
    } catch (InterruptedException e) {
      // Told to end at once.
    } catch (Throwable e) {
      giveUp(e);
    } finally {
      outage.leave(name);
    }
  }

  private void lastWord() throws InterruptedException {
    try {
      step.last();
    } catch (RuntimeException e) {
      log.debug("{}: ended without its last word", thread.getName(), e);
    }
  }

  /** What keeps us from going on, such as a full heap, may for a while keep us from saying so. */
  private void giveUp(Throwable cause) {
    do {
      try {
        fatal.fail(cause);
        log.error("{}: cannot go on", thread.getName(), cause);
        return;
      } catch (Throwable again) {
        LockSupport.parkNanos(FIRST_WAIT_NANOS);
      }
    } while (!ending);
  }

  private void turn() throws InterruptedException {
    turnedAt = System.nanoTime();
    try {
      if (step.run() == Turn.ASKED) {
        wait = FIRST_WAIT_NANOS;
        outage.answered(name);
      } else if (outage.isOn()) {
        outage.idle(name);
      } else {
        wait = FIRST_WAIT_NANOS;
      }
      return;
    } catch (MillhandException e) {
      if (wait != FIRST_WAIT_NANOS) {
        // A connection that broke and is replaced at once is no outage, but a second failure is.
        outage.met(name, e);
      }
    } catch (RuntimeException e) {
      if (ending) {
        return;
      }
      log.error("{}: an unexpected error; the loop goes on", thread.getName(), e);
    }
    var nanos = (long) (wait * ThreadLocalRandom.current().nextDouble(0.5, 1.0));
    wait = Math.min(LONGEST_WAIT_NANOS, wait * 2);
    backOff(nanos);
  }

  /** Whatever raises the signal meanwhile: a turn that failed may have raised it itself. */
  private void backOff(long nanos) throws InterruptedException {
    var end = System.nanoTime() + nanos;
    for (var left = nanos; left > 0 && !ending; left = end - System.nanoTime()) {
      signal.await(left);
    }
  }
}
