// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.child;

import io.millhand.benchmarks.contender.Contender;
import io.millhand.benchmarks.contender.Effect;
import io.millhand.benchmarks.contender.Variants;
import io.millhand.benchmarks.report.Figures;
import io.millhand.benchmarks.report.Metric;
import io.millhand.benchmarks.wire.Resp;
import java.util.ArrayList;

/**
 * Many of a contender in one process, with nothing to do.
 *
 * <p>Arguments: contender, host, port, stream, group, count, settle and seconds (how long to wait
 * before, and how long to look).
 */
final class Idle {

  private Idle() {}

  static Figures run(Arguments arguments) throws Exception {
    var contender = Variants.named(arguments.text("contender")).makes().get();
    var count = (int) arguments.number("count");
    var all = new ArrayList<Contender.Running>();
    for (int i = 0; i < count; i++) {
      all.add(
          contender.start(
              Consume.job(arguments, arguments.text("stream"), Long.MAX_VALUE, Effect.NONE)));
    }
    Thread.sleep(arguments.number("settle") * 1000);
    try (var redis = new Resp(arguments.text("host"), (int) arguments.number("port"))) {
      var cpu = redis.cpuSeconds();
      var from = Gauges.begin();
      Thread.sleep(arguments.number("seconds") * 1000);
      var to = Gauges.now();
      var redisSeconds = redis.cpuSeconds() - cpu;
      // They are not closed: the process ends, and with it their connections.
      return new Figures()
          .with(Metric.COUNT, all.size())
          .with(Metric.CLIENT_SHARE, from.cpuTo(to) / from.secondsTo(to) * 100)
          .with(Metric.REDIS_SHARE, redisSeconds / from.secondsTo(to) * 100)
          .with(Metric.OTHERS, Gauges.others(from, to, redisSeconds))
          .with(Metric.PEAK_RSS, Gauges.peakRssMib());
    }
  }
}
