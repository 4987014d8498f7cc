// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.world;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A simulated process: may be stopped for a while, and may be killed. */
public final class SimProcess {

  private final World world;
  private final String name;
  private final Consumer<Throwable> failures;
  private final List<Runnable> waking = new ArrayList<>();
  private final List<SimSocket> sockets = new ArrayList<>();
  private boolean stopped;
  private boolean killed;

  /**
   * Nothing runs in it yet.
   *
   * @param failures hears what a thread of it ends by
   */
  public SimProcess(World world, String name, Consumer<Throwable> failures) {
    this.world = world;
    this.name = name;
    this.failures = failures;
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Starts a thread in it. */
  public void start(String thread, Runnable body) {
    new Strand(world, this, thread, body).start();
  }

  /** SIGSTOP. */
  public void stop() {
    stopped = true;
    world.tell(name, "is stopped");
  }

  /** SIGCONT. */
  public void goOn() {
    if (stopped) {
      stopped = false;
      world.tell(name, "goes on");
      var all = List.copyOf(waking);
      waking.clear();
      all.forEach(each -> world.after(world.upTo(100_000), () -> whenAwake(each)));
    }
  }

  /** SIGKILL: its sockets are closed. */
  public void kill() {
    die();
    sockets.forEach(SimSocket::hangUp);
  }

  /** Its host loses power: nobody closes its sockets. */
  public void vanish() {
    die();
    sockets.forEach(SimSocket::fallSilent);
  }

  private void die() {
    killed = true;
    world.tell(name, "dies");
  }

  /** Whether it was killed. */
  public boolean isKilled() {
    return killed;
  }

  /** Whether it is stopped. */
  public boolean isStopped() {
    return stopped;
  }

  World world() {
    return world;
  }

  void opened(SimSocket socket) {
    sockets.add(socket);
  }

  void closed(SimSocket socket) {
    sockets.remove(socket);
  }

  void whenAwake(Runnable what) {
    if (killed) {
      return;
    }
    if (stopped) {
      waking.add(what);
    } else {
      what.run();
    }
  }

  void failed(String thread, Throwable cause) {
    world.tell(name, thread + " failed: " + cause);
    failures.accept(cause);
  }
}
