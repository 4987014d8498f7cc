// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a topology again and again, on a thread of its own, from the first start until it is
 * closed: a master that has frozen answers nothing, not even that it is no master any more.
 *
 * <p>Threads: starts one; {@link #start} and {@link #close} from any.
 *
 * <p>Failure: a look that fails is made again at its next time.
 */
final class Watch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.topology");

  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);
  private boolean started;

  Watch(String of, Duration every, Runnable look) {
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("millhand-topology " + of)
            .unstarted(() -> run(every, look));
  }

  /** Starts it, once. */
  synchronized void start() {
    if (!started && closed.getCount() > 0) {
      started = true;
      thread.start();
    }
  }

  private void run(Duration every, Runnable look) {
    try {
      while (!closed.await(every.toNanos(), TimeUnit.NANOSECONDS)) {
        look(look);
      }
    } catch (InterruptedException e) {
      // Nobody does; and it would mean to end.
    }
  }

  private static void look(Runnable look) {
    try {
      look.run();
    } catch (RuntimeException e) {
      log.debug("a look at the topology failed; the next one follows", e);
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
