// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * What somebody would write who wants many handlers at once on a plain client: a virtual thread for
 * each entry, so many at most, and one thread that acks what has gathered. A handler that throws is
 * not acked.
 *
 * <p>Threads: one reader, the handlers, the acker. Owns: permits. Failure: of an ack ends the job.
 *
 * @param <I> what an ack needs
 */
final class EntryThreads<I> implements AutoCloseable {

  private static final int MOST = 500;
  private static final int WAIT_MILLIS = 20;

  /** Acks entries, and returns when the server has confirmed. */
  @FunctionalInterface
  interface Acks<I> {
    void ack(List<I> ids) throws Exception;
  }

  private final Job job;
  private final Acks<I> acks;
  private final Semaphore permits;
  private final CountDownLatch allAcked = new CountDownLatch(1);
  private long acked; // the acker's
  private final LinkedBlockingQueue<I> handled = new LinkedBlockingQueue<>();
  private final Thread acker;

  EntryThreads(Job job, Acks<I> acks) {
    this.job = job;
    this.acks = acks;
    this.permits = new Semaphore(job.inFlight());
    this.acker = Thread.ofPlatform().name("acker").daemon().start(this::ackAll);
  }

  /** Waits for room for one entry at least; answers for how many, this at most. */
  int room(int most) throws InterruptedException {
    if (!permits.tryAcquire(WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
      return 0;
    }
    var more = Math.min(most - 1, permits.availablePermits());
    return more > 0 && permits.tryAcquire(more) ? more + 1 : 1;
  }

  /** Gives back room that was not needed. */
  void giveBack(int unused) {
    permits.release(unused);
  }

  /** Handles an entry on a thread of its own. */
  void give(I id, Values values) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                job.handle(values);
                handled.add(id);
              } catch (Throwable e) { // whatever a handler throws, the measurement must end
                job.fail(e);
                permits.release();
              }
            });
  }

  private void ackAll() {
    var ids = new ArrayList<I>(MOST);
    try {
      while (true) {
        ids.clear();
        ids.add(handled.take());
        handled.drainTo(ids, MOST - 1);
        acks.ack(ids);
        permits.release(ids.size());
        acked += ids.size();
        if (acked >= job.entries()) {
          allAcked.countDown();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // its owner closed it
    } catch (Throwable e) {
      job.fail(e);
    }
  }

  /** Waits until as many are acked as the job has. */
  void awaitAcked() throws InterruptedException {
    allAcked.await();
  }

  @Override
  public void close() {
    acker.interrupt();
  }
}
