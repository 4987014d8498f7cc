// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.child;

import io.millhand.benchmarks.contender.Sends;
import io.millhand.benchmarks.report.Figures;
import io.millhand.benchmarks.report.Metric;
import io.millhand.benchmarks.wire.Resp;

/**
 * Lets somebody send entries, first a tenth of them to a key of its own, to warm up.
 *
 * <p>Arguments: sender, host, port, stream, entries.
 */
final class Send {

  private Send() {}

  static Figures run(Arguments arguments) throws Exception {
    var host = arguments.text("host");
    var port = (int) arguments.number("port");
    var stream = arguments.text("stream");
    var entries = arguments.number("entries");
    var warm = stream + "-warm";
    try (var sends = Sends.named(arguments.text("sender")).makes().open(host, port);
        var redis = new Resp(host, port)) {
      sends.send(warm, Math.max(1_000, entries / 10));
      redis.command("DEL", warm);
      var cpu = redis.cpuSeconds();
      var from = Gauges.begin();
      sends.send(stream, entries);
      var to = Gauges.now();
      var redisSeconds = redis.cpuSeconds() - cpu;
      var there = redis.number("XLEN", stream);
      return Consume.drained(entries, from, to)
          .with(Metric.SERVER_CPU, redisSeconds * 1e6 / entries)
          .with(Metric.OTHERS, Gauges.others(from, to, redisSeconds))
          .with(Metric.LEFT, entries - there);
    }
  }
}
