// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

import java.time.Duration;

/** A contender that is one loop on one thread; the loop ends, all acked, when the job is over. */
final class LoopThread implements Contender.Running {

  private static final Duration END = Duration.ofSeconds(20);

  private final Job job;
  private final Thread thread;

  /** The loop. */
  @FunctionalInterface
  interface Body {
    void run() throws Exception;
  }

  private LoopThread(Job job, Thread thread) {
    this.job = job;
    this.thread = thread;
  }

  static LoopThread start(Job job, Body body) {
    var thread =
        Thread.ofPlatform()
            .name("loop")
            .daemon()
            .start(
                () -> {
                  try {
                    body.run();
                  } catch (Throwable e) { // an Error must end the measurement, too
                    job.fail(e);
                  }
                });
    return new LoopThread(job, thread);
  }

  @Override
  public void awaitAcked() throws InterruptedException {
    thread.join();
  }

  @Override
  public void close() {
    job.stop();
    try {
      if (!thread.join(END)) {
        throw new IllegalStateException("the loop does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
