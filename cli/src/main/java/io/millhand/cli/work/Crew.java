// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import io.millhand.Worker;
import io.millhand.cli.ExitCode;
import io.millhand.event.DrainReport;
import io.millhand.event.Event;
import io.millhand.event.Event.State;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of this process, one for each stream: they start one after the other, and stop
 * together.
 *
 * <p>Threads: the main thread adds and waits; signals, handlers and the workers' events stop it.
 *
 * <p>Promise: once it was asked to stop, every worker that was or will be added drains.
 */
final class Crew {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.work");

  private final Object lock = new Object();
  private final List<Worker> workers = new ArrayList<>(); // guarded by lock

  /** Whoever starts workers, to be woken from that; guarded by lock. */
  private @Nullable Thread starter;

  private volatile boolean stopping; // written under lock
  private volatile boolean failed; // only ever becomes true

  /** For the thread that starts workers. */
  Crew() {
    this.starter = Thread.currentThread();
  }

  /** Whether it was asked to stop. */
  boolean isStopping() {
    return stopping;
  }

  /** One more, which has started. */
  void add(Worker worker) {
    synchronized (lock) {
      workers.add(worker);
      if (stopping) {
        drain(worker);
      }
    }
    if (isOver(worker.state())) {
      stop(); // it failed before it was one of us, and told nobody
    }
  }

  /** To be told of the workers' events: one that stops takes the others along. */
  void on(Event event) {
    if (event instanceof Event.StateChanged changed && isOver(changed.to()) && has(event.by())) {
      stop();
    }
  }

  private static boolean isOver(State state) {
    return state == State.DRAINING || state == State.STOPPED || state == State.FAILED;
  }

  /** One that cannot even start is none of us: whoever starts it decides. */
  private boolean has(Event.Worker who) {
    return workers().stream().anyMatch(worker -> worker.stream().equals(who.source().stream()));
  }

  /** Drains all of them, in threads of their own. */
  void stop() {
    synchronized (lock) {
      if (stopping) {
        return;
      }
      stopping = true;
      workers.forEach(Crew::drain);
      if (starter != null) {
        starter.interrupt();
      }
    }
  }

  private static void drain(Worker worker) {
    Thread.ofPlatform().name("drain " + worker).start(worker::close);
  }

  /** Nothing can ever be handled: drains, and the exit code will tell. */
  void giveUp(String why) {
    failed = true;
    log.error("giving up: {}", why);
    stop();
  }

  /** All are started. */
  void complete() {
    synchronized (lock) {
      starter = null;
      // An interrupt that came meanwhile has done its work: the workers drain.
      Thread.interrupted();
    }
  }

  /** Waits until all have stopped. */
  List<DrainReport> awaitStop() throws InterruptedException {
    var reports = new ArrayList<DrainReport>();
    for (var worker : workers()) {
      reports.add(worker.awaitStop());
    }
    return reports;
  }

  /** Those that have started so far. */
  List<Worker> workers() {
    synchronized (lock) {
      return List.copyOf(workers);
    }
  }

  /** What the process says by its exit. */
  int exitCode(List<DrainReport> reports) {
    if (failed || reports.stream().anyMatch(report -> report.failure().isPresent())) {
      return ExitCode.FAILED;
    }
    return reports.stream().allMatch(DrainReport::isClean) ? ExitCode.OK : ExitCode.LEFT_BEHIND;
  }
}
