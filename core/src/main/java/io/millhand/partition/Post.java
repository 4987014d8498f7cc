// SPDX-License-Identifier: Apache-2.0
package io.millhand.partition;

import io.millhand.error.MillhandException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition in the hands of this process: its worker starts, runs and stops on a thread of the
 * post's own, since a start waits until the owner before has left.
 *
 * <p>Threads: one of its own; every method from any.
 */
final class Post {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.partition");

  private final Partition partition;
  private final String name;
  private final Thread thread;
  private final AtomicReference<@Nullable Hand> hand = new AtomicReference<>();
  private volatile boolean leaving;
  private volatile boolean hurrying;
  private volatile boolean over;
  private volatile @Nullable MillhandException failure;

  private Post(
      Partition partition, String name, Hand.Hiring hiring, Hand.Start start, Runnable changed) {
    this.partition = partition;
    this.name = name;
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("millhand-partition " + name)
            .unstarted(() -> run(hiring, start, changed));
  }

  static Post open(
      Partition partition, String name, Hand.Hiring hiring, Hand.Start start, Runnable changed) {
    var post = new Post(partition, name, hiring, start, changed);
    post.thread.start();
    return post;
  }

  private void run(Hand.Hiring hiring, Hand.Start start, Runnable changed) {
    try {
      var hired = hiring.start(partition, start);
      hand.set(hired);
      // It was meant for the start, which has gone through all the same.
      Thread.interrupted();
      changed.run();
      awaitLeaving(hired);
      if (hurrying) {
        hired.closeNow();
      } else {
        hired.close();
      }
    } catch (MillhandException e) {
      failure = e;
    } catch (RuntimeException | Error e) {
      log.error("{}: its worker could not start, or stop", name, e);
    } finally {
      over = true;
      if (leaving) {
        // Else it is opened again with the next turn, not at once.
        changed.run();
      }
    }
  }

  private synchronized void awaitLeaving(Hand hired) {
    try {
      while (!leaving && !hired.isOver()) {
        wait(500);
      }
    } catch (InterruptedException e) {
      // Only a post that leaves is interrupted.
    }
  }

  Partition partition() {
    return partition;
  }

  /** Its worker, once that has started. */
  @Nullable Hand hand() {
    return hand.get();
  }

  /** Whether its worker has stopped, or could not start. */
  boolean isOver() {
    return over;
  }

  /** Why its worker could not start; null where it did, or is about to. */
  @Nullable MillhandException failure() {
    return failure;
  }

  boolean isLeaving() {
    return leaving;
  }

  /** Drains its worker, or stops the wait for its start. */
  void leave() {
    synchronized (this) {
      leaving = true;
      notifyAll();
    }
    if (hand.get() == null) {
      thread.interrupt();
    }
  }

  /** Cuts the drain short. */
  void hurry() {
    hurrying = true;
    leave();
    var hired = hand.get();
    if (hired != null) {
      hired.closeNow();
    }
  }

  void join() throws InterruptedException {
    thread.join();
  }
}
