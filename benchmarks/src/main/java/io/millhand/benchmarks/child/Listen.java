// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.child;

import io.millhand.benchmarks.contender.Effect;
import io.millhand.benchmarks.contender.Variants;
import io.millhand.benchmarks.report.Figures;
import io.millhand.benchmarks.report.Metric;
import io.millhand.benchmarks.wire.Resp;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Lets a contender handle entries as {@link OpenLoop} sends them, and records how long each took
 * from when it was to be sent until its handler started.
 *
 * <p>Arguments: as {@link Consume}; most: seconds to wait for all.
 */
final class Listen {

  private Listen() {}

  static Figures run(Arguments arguments) throws Exception {
    var contender = Variants.named(arguments.text("contender")).makes().get();
    Consume.warmUp(contender, arguments, Effect.NONE);
    var histogram = new ConcurrentHistogram(3);
    var counting = new CountDownLatch(1);
    Effect record =
        values -> {
          var sent = Long.parseLong(values.text("sent"));
          if (sent > 0) {
            counting.countDown();
            histogram.recordValue(Math.max(0, System.nanoTime() - sent));
          }
        };
    var entries = arguments.number("entries");
    var job = Consume.job(arguments, arguments.text("stream"), entries, record);
    try (var redis = new Resp(arguments.text("host"), (int) arguments.number("port"))) {
      Gauges.begin();
      try (var running = contender.start(job)) {
        Child.ready();
        if (!counting.await(arguments.number("most"), TimeUnit.SECONDS)) {
          throw new IllegalStateException("no entry that counts has come");
        }
        var cpu = redis.cpuSeconds();
        var from = Gauges.now();
        if (job.await(Duration.ofSeconds(arguments.number("most")))) {
          running.awaitAcked();
        }
        var to = Gauges.now();
        var redisSeconds = redis.cpuSeconds() - cpu;
        return latencies(histogram)
            .with(Metric.ENTRIES, job.handled())
            .with(Metric.LEFT, Math.max(0, entries - job.handled()))
            .with(Metric.CLIENT_SHARE, from.cpuTo(to) / from.secondsTo(to) * 100)
            .with(Metric.REDIS_SHARE, redisSeconds / from.secondsTo(to) * 100);
      }
    }
  }

  private static Figures latencies(Histogram histogram) {
    return new Figures()
        .with(Metric.P50, histogram.getValueAtPercentile(50) / 1e6)
        .with(Metric.P99, histogram.getValueAtPercentile(99) / 1e6)
        .with(Metric.P999, histogram.getValueAtPercentile(99.9) / 1e6)
        .with(Metric.MAX, histogram.getMaxValue() / 1e6);
  }
}
