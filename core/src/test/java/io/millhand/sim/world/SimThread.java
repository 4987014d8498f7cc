// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.world;

/** Stands for {@link Thread} in rewritten classes. */
public final class SimThread {

  private final Strand strand;

  SimThread(Strand strand) {
    this.strand = strand;
  }

  Strand strand() {
    return strand;
  }

  /** The thread that runs. */
  public static SimThread currentThread() {
    return World.current().running().thread();
  }

  /** Whether the thread that runs was interrupted; forgets it. */
  public static boolean interrupted() {
    return World.current().running().takeInterrupt();
  }

  /** Makes threads. */
  public static SimThreadBuilder ofPlatform() {
    return new SimThreadBuilder();
  }

  /** Makes threads. */
  public static SimThreadBuilder ofVirtual() {
    return new SimThreadBuilder();
  }

  /** Starts it. */
  public void start() {
    strand.start();
  }

  /** Interrupts it. */
  public void interrupt() {
    strand.interrupt();
  }

  /** Whether it was interrupted. */
  public boolean isInterrupted() {
    return strand.isInterrupted();
  }

  /** Whether it has not ended. */
  public boolean isAlive() {
    return strand.isAlive();
  }

  /** Its name. */
  public String getName() {
    return strand.name();
  }

  /** Waits until it has ended. */
  public void join() throws InterruptedException {
    World.current().running().join(strand, Long.MAX_VALUE);
  }

  /** Waits until it has ended, so long at most. */
  public void join(long millis) throws InterruptedException {
    World.current().running().join(strand, millis * 1_000_000);
  }

  /** Waits until it has ended, so long at most; answers whether it has. */
  public boolean join(java.time.Duration most) throws InterruptedException {
    World.current().running().join(strand, most.toNanos());
    return !strand.isAlive();
  }
}
