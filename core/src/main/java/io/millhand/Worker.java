// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import io.millhand.config.WorkerSettings;
import io.millhand.config.WorkerSettings.ShutdownHook;
import io.millhand.engine.Line;
import io.millhand.event.DrainReport;
import io.millhand.event.Event;
import io.millhand.event.Health;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A running worker of one group. Thread-safe. It ends by {@link #close}, by the process' own end
 * (SIGTERM, SIGINT; unless the hook is off), or when it must give up; a stopped worker is not
 * started again.
 */
public final class Worker implements AutoCloseable {

  private final Line line;
  private final String stream;
  private final String group;
  private final String consumer;
  private final Duration drainTimeout;
  private final @Nullable Thread hook;

  Worker(Line line, WorkerSettings settings, String consumer) {
    this.line = line;
    this.stream = settings.stream();
    this.group = settings.group();
    this.consumer = consumer;
    this.drainTimeout = settings.drainTimeout();
    this.hook = settings.hook() == ShutdownHook.ON ? installHook() : null;
  }

  private Thread installHook() {
    var thread =
        Thread.ofPlatform().name("millhand-shutdown " + this).unstarted(this::drainQuietly);
    Runtime.getRuntime().addShutdownHook(thread);
    return thread;
  }

  private void drainQuietly() {
    try {
      line.stop(drainTimeout);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The stream's key. */
  public String stream() {
    return stream;
  }

  /** The group's name. */
  public String group() {
    return group;
  }

  /** Its consumer name. */
  public String consumer() {
    return consumer;
  }

  /** Its state. */
  public Event.State state() {
    return line.state();
  }

  /** How it is: for readiness probes and people. */
  public Health health() {
    return line.health();
  }

  /**
   * Asks Redis for nothing more until {@link #resume}; what is held is finished, and what a read
   * under way still brings is handed back. Independent of a pause of the whole group. False when it
   * is paused already, or does not run.
   */
  public boolean pause() {
    return line.pause();
  }

  /**
   * Ends this worker's own pause; it reads again, unless the whole group is paused: then when that
   * ends. False when it had not been paused by {@link #pause}.
   */
  public boolean resume() {
    return line.resume();
  }

  /**
   * Waits until it has stopped.
   *
   * @throws InterruptedException when the waiting thread is interrupted; the worker goes on
   */
  public DrainReport awaitStop() throws InterruptedException {
    return line.awaitStop();
  }

  /**
   * Waits so long at most.
   *
   * @return how it ended; empty when it has not
   * @throws InterruptedException when the waiting thread is interrupted; the worker goes on
   */
  public Optional<DrainReport> awaitStop(Duration most) throws InterruptedException {
    return line.awaitStop(most);
  }

  /**
   * Drains: reads nothing more, releases what no handler has begun, waits up to drainTimeout for
   * those that run, interrupts and releases the rest, and leaves the group.
   *
   * @return how it went
   * @throws InterruptedException when the waiting thread is interrupted
   */
  public DrainReport drain() throws InterruptedException {
    return stop(drainTimeout);
  }

  /** Drains. An interrupt of the calling thread ends the wait for handlers, not the rest. */
  @Override
  public void close() {
    try {
      stop(drainTimeout);
    } catch (InterruptedException e) {
      closeNow();
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Interrupts the handlers and releases what they had, without waiting for them. Cuts a drain
   * short.
   */
  public void closeNow() {
    try {
      stop(Duration.ZERO);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether it has stopped. */
  boolean isOver() {
    return state() == Event.State.STOPPED || state() == Event.State.FAILED;
  }

  private DrainReport stop(Duration within) throws InterruptedException {
    var report = line.stop(within);
    if (hook != null && hook != Thread.currentThread()) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The process is shutting down: the hook has run, or finds nothing to do.
      }
    }
    return report;
  }

  @Override
  public String toString() {
    return stream + "/" + group + " " + consumer;
  }
}
