// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.child;

import io.millhand.Millhand;
import io.millhand.benchmarks.report.Figures;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * A worker of this library that takes all there is and never finishes any of it: to be killed.
 *
 * <p>Arguments: host, port, stream, group, entries (how many it may hold).
 */
final class Doomed {

  private static final int BATCH = 1_000;
  private static final int CALLS = 20_000;
  private static final long BYTES = 1L << 34;

  private Doomed() {}

  static Figures run(Arguments arguments) throws Exception {
    var forEver = new CountDownLatch(1);
    var millhand =
        Millhand.connect("redis://" + arguments.text("host") + ":" + arguments.text("port"));
    millhand
        .worker(arguments.text("stream"), arguments.text("group"))
        .concurrency(CALLS)
        .maxInFlight((int) Math.max(CALLS, arguments.number("entries")))
        .maxInFlightBytes(BYTES)
        .handlerTimeout(Duration.ofHours(1))
        .onBatch(BATCH, batch -> forEver.await())
        .start();
    Child.ready();
    forEver.await();
    return new Figures();
  }
}
