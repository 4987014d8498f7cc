// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.world;

/** Stands for {@link Thread.Builder} in rewritten classes. */
public final class SimThreadBuilder {

  private String name = "thread";

  /** All are. */
  public SimThreadBuilder daemon() {
    return this;
  }

  /** Names it. */
  public SimThreadBuilder name(String text) {
    name = text;
    return this;
  }

  /** Names it. */
  public SimThreadBuilder name(String prefix, long start) {
    name = prefix;
    return this;
  }

  /** A thread of the process that runs. */
  public SimThread unstarted(Runnable body) {
    var world = World.current();
    return new Strand(world, world.running().process(), name, body).thread();
  }

  /** A thread that has been started. */
  public SimThread start(Runnable body) {
    var thread = unstarted(body);
    thread.start();
    return thread;
  }

  /** Makes such threads. */
  public SimThreadFactory factory() {
    return this::unstarted;
  }
}
