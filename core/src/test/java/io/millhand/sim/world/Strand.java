// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.world;

import org.jspecify.annotations.Nullable;

/** A thread of a simulated process: runs until it waits. */
final class Strand {

  private static final long LONGEST_HOP = 30_000;

  private final World world;
  private final SimProcess process;
  private final String name;
  private final Object continuation;
  private final SimThread thread = new SimThread(this);
  private @Nullable Strand joining;
  private boolean ended;
  private boolean interrupted;
  private boolean permit;
  private boolean parked;
  private long parking;

  Strand(World world, SimProcess process, String name, Runnable body) {
    this.world = world;
    this.process = process;
    this.name = name;
    this.continuation = Continuations.make(() -> runs(body));
  }

  private void runs(Runnable body) {
    try {
      body.run();
    } catch (Throwable e) {
      process.failed(name, e);
    } finally {
      ended = true;
      if (joining != null) {
        joining.unpark();
      }
    }
  }

  String name() {
    return name;
  }

  SimThread thread() {
    return thread;
  }

  SimProcess process() {
    return process;
  }

  void start() {
    resumeAfter(world.upTo(LONGEST_HOP));
  }

  private void resumeAfter(long nanos) {
    world.after(nanos, () -> process.whenAwake(() -> world.run(this, continuation)));
  }

  /** Waits until it is unparked or interrupted, so long at most; Long.MAX_VALUE: without end. */
  void park(long nanos) {
    if (permit || interrupted) {
      permit = false;
      return;
    }
    parked = true;
    var number = ++parking;
    if (nanos != Long.MAX_VALUE) {
      world.after(nanos, () -> wake(number));
    }
    Continuations.leave();
    permit = false;
  }

  private void wake(long number) {
    if (parked && parking == number) {
      parked = false;
      process.whenAwake(() -> world.run(this, continuation));
    }
  }

  void unpark() {
    permit = true;
    if (parked) {
      parked = false;
      resumeAfter(world.upTo(LONGEST_HOP));
    }
  }

  void interrupt() {
    interrupted = true;
    unpark();
  }

  boolean takeInterrupt() {
    var was = interrupted;
    interrupted = false;
    return was;
  }

  boolean isInterrupted() {
    return interrupted;
  }

  boolean isAlive() {
    return !ended;
  }

  /** Waits until that one has ended. */
  void join(Strand other, long nanos) throws InterruptedException {
    var end = nanos == Long.MAX_VALUE ? Long.MAX_VALUE : world.now() + nanos;
    while (other.isAlive() && world.now() < end) {
      other.joining = this;
      park(end == Long.MAX_VALUE ? end : end - world.now());
      if (takeInterrupt()) {
        throw new InterruptedException();
      }
    }
  }
}
