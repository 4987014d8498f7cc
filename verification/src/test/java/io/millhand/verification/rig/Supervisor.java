// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;

/** Keeps so many workers running, as an orchestrator does: whoever ends is replaced at once. */
public final class Supervisor implements AutoCloseable {

  private final IntFunction<WorkerProcess> hire;
  private final List<WorkerProcess> running = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private final List<Integer> statuses = new CopyOnWriteArrayList<>();
  private volatile boolean closing;

  /**
   * Starts them.
   *
   * @param workers how many
   * @param hire starts one, which has this number
   */
  public Supervisor(int workers, IntFunction<WorkerProcess> hire) {
    this.hire = hire;
    for (int i = 0; i < workers; i++) {
      running.add(hire.apply(i));
    }
    thread = Thread.ofPlatform().daemon().start(this::supervise);
  }

  private void supervise() {
    while (!closing) {
      Rig.let(ofMillis(50));
      for (int i = 0; i < running.size(); i++) {
        var ended = running.get(i);
        if (!ended.isAlive() && !closing) {
          running.set(i, hire.apply(running.size() + statuses.size()));
          statuses.add(ended.awaitExit(ofSeconds(5)));
        }
      }
    }
  }

  /** How many have ended. */
  public int ended() {
    return statuses.size();
  }

  /** The exit statuses of those. */
  public List<Integer> statuses() {
    return List.copyOf(statuses);
  }

  /** Replaces nobody any more; those that run go on. */
  @Override
  public void close() {
    closing = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
