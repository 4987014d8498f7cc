// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.child;

import io.millhand.benchmarks.contender.Effect;
import io.millhand.benchmarks.contender.Variants;
import io.millhand.benchmarks.report.Figures;
import io.millhand.benchmarks.report.Metric;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * How much heap an entry in flight takes: all handlers wait until the heap has been looked at.
 *
 * <p>Arguments: as {@link Consume}; as many entries as may be in flight.
 */
final class Hold {

  private Hold() {}

  static Figures run(Arguments arguments) throws Exception {
    var contender = Variants.named(arguments.text("contender")).makes().get();
    Consume.warmUp(contender, arguments, Effect.NONE);
    var entries = (int) arguments.number("entries");
    var inHandlers = new CountDownLatch(entries);
    var goOn = new CountDownLatch(1);
    Effect waits =
        values -> {
          inHandlers.countDown();
          goOn.await();
        };
    var before = Gauges.liveHeap();
    var job = Consume.job(arguments, arguments.text("stream"), entries, waits);
    try (var running = contender.start(job)) {
      if (!inHandlers.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            "only "
                + (entries - inHandlers.getCount())
                + " handlers of "
                + entries
                + " have begun");
      }
      var held = Gauges.liveHeap() - before;
      goOn.countDown();
      if (!job.await(Duration.ofSeconds(60))) {
        throw new IllegalStateException("not all were handled");
      }
      running.awaitAcked();
      return new Figures()
          .with(Metric.ENTRIES, entries)
          .with(Metric.HEAP_PER_ENTRY, (double) held / entries)
          .with(Metric.PEAK_HEAP, Gauges.peakHeapMib())
          .with(Metric.PEAK_RSS, Gauges.peakRssMib());
    }
  }
}
