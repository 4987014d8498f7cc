// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.time.Duration.ofMillis;

import io.millhand.delivery.RetryPolicy;

/** A worker process whose handler ends it. Argument: the URL. */
public final class ExitingWorker {

  static final int STATUS = 5;

  private ExitingWorker() {}

  @SuppressWarnings("resource") // the process' end closes what it has
  public static void main(String[] args) throws InterruptedException {
    Millhand.connect(args[0])
        .worker(Bench.STREAM, Bench.GROUP)
        .drainTimeout(ofMillis(100))
        .retry(RetryPolicy.never())
        .onEach(delivery -> System.exit(STATUS))
        .start()
        .awaitStop();
  }
}
