// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.child;

import io.millhand.benchmarks.contender.Effect;
import io.millhand.benchmarks.contender.Variants;
import io.millhand.benchmarks.report.Figures;
import io.millhand.benchmarks.report.Metric;
import io.millhand.benchmarks.wire.Resp;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets a contender wait for what another one leaves behind, and handle that; tells when the first
 * entry was in a handler, and when the last was acked.
 *
 * <p>Arguments: as {@link Consume}.
 */
final class Rescue {

  private Rescue() {}

  static Figures run(Arguments arguments) throws Exception {
    var contender = Variants.named(arguments.text("contender")).makes().get();
    Consume.warmUp(contender, arguments, Effect.NONE);
    var first = new AtomicLong();
    Effect looks =
        values -> {
          if (first.get() == 0) {
            first.compareAndSet(0, System.nanoTime());
          }
        };
    var entries = arguments.number("entries");
    var most = Duration.ofSeconds(arguments.number("most", 300));
    var job = Consume.job(arguments, arguments.text("stream"), entries, looks);
    try (var redis = new Resp(arguments.text("host"), (int) arguments.number("port"));
        var running = contender.start(job)) {
      var cpu = redis.cpuSeconds();
      var from = Gauges.begin();
      Child.ready();
      if (!job.await(most)) {
        throw new IllegalStateException(
            "only %d of %d within %s".formatted(job.handled(), entries, most));
      }
      running.awaitAcked();
      var to = Gauges.now();
      var redisSeconds = redis.cpuSeconds() - cpu;
      return Consume.drained(entries, from, to)
          .with(Metric.RATE, entries / ((to.nanos() - first.get()) / 1e9))
          .with(Metric.SERVER_CPU, redisSeconds * 1e6 / entries)
          .with(Metric.FIRST_AT, first.get() / 1e9)
          .with(Metric.LAST_AT, to.nanos() / 1e9);
    }
  }
}
