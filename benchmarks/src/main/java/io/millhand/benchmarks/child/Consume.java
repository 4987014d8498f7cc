// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.child;

import io.millhand.benchmarks.contender.Contender;
import io.millhand.benchmarks.contender.Effect;
import io.millhand.benchmarks.contender.Job;
import io.millhand.benchmarks.contender.Variants;
import io.millhand.benchmarks.report.Figures;
import io.millhand.benchmarks.report.Metric;
import io.millhand.benchmarks.wire.Resp;
import java.time.Duration;

/**
 * Lets a contender handle a group's entries: first those of a smaller stream, to warm up, then
 * those that count.
 *
 * <p>Arguments: contender, host, port, stream, group, entries, inflight, sleep (ms; 0 for handlers
 * that do nothing), failing (every how many entries one fails once; 0 for none), warm-stream,
 * warm-entries (0 for none), warm-passes (how often, 1 where it is not said), most (seconds).
 */
final class Consume {

  private static final Duration WARM_UP = Duration.ofMinutes(2);
  private static final Duration WARM_LONG_ENOUGH = Duration.ofSeconds(15);

  private Consume() {}

  static Figures run(Arguments arguments) throws Exception {
    var contender = Variants.named(arguments.text("contender")).makes().get();
    warmUp(contender, arguments, effect(arguments, arguments.number("warm-entries", 0)));
    var entries = arguments.number("entries");
    var most = Duration.ofSeconds(arguments.number("most", 300));
    var job = job(arguments, arguments.text("stream"), entries, effect(arguments, entries));
    try (var server = ServerCpu.of(arguments)) {
      Child.ready();
      var cpu = server.seconds();
      var from = Gauges.begin();
      try (var running = contender.start(job)) {
        if (!job.await(most)) {
          throw new IllegalStateException(
              "only %d of %d within %s".formatted(job.handled(), entries, most));
        }
        running.awaitAcked();
        var to = Gauges.now();
        var serverSeconds = server.seconds() - cpu;
        return drained(entries, from, to)
            .with(Metric.SERVER_CPU, serverSeconds * 1e6 / entries)
            .with(Metric.OTHERS, Gauges.others(from, to, serverSeconds));
      }
    }
  }

  /** What a drain has cost between two moments. */
  static Figures drained(long entries, Gauges.Moment from, Gauges.Moment to) {
    return new Figures()
        .with(Metric.RATE, entries / from.secondsTo(to))
        .with(Metric.ENTRIES, entries)
        .with(Metric.CLIENT_CPU, from.cpuTo(to) * 1e6 / entries)
        .with(Metric.ALLOCATED, (double) (to.allocated() - from.allocated()) / entries)
        .with(Metric.PEAK_HEAP, Gauges.peakHeapMib())
        .with(Metric.PEAK_RSS, Gauges.peakRssMib());
  }

  private static Effect effect(Arguments arguments, long entries) {
    var failing = (int) arguments.number("failing", 0);
    var sleep = arguments.number("sleep", 0);
    if (failing > 0) {
      return Effect.failOnce(failing, (int) entries);
    }
    return sleep == 0 ? Effect.NONE : Effect.sleep(sleep);
  }

  /**
   * Lets it handle the stream that is for warming up, several times where that is asked for, until
   * time is up: a contender of some size is compiled only then.
   */
  static void warmUp(Contender contender, Arguments arguments, Effect effect) throws Exception {
    var entries = arguments.number("warm-entries", 0);
    if (entries == 0) {
      return;
    }
    var end = System.nanoTime() + WARM_LONG_ENOUGH.toNanos();
    var group = arguments.text("warm-group", arguments.text("group"));
    warmUp(contender, arguments, group, effect);
    for (var pass = 2; pass <= arguments.number("warm-passes", 1); pass++) {
      if (System.nanoTime() > end) {
        return;
      }
      var another = group + "-" + pass;
      try (var redis = new Resp(arguments.text("host"), (int) arguments.number("port"))) {
        redis.command("XGROUP", "CREATE", arguments.text("warm-stream"), another, "0");
        warmUp(contender, arguments, another, effect);
        redis.command("XGROUP", "DESTROY", arguments.text("warm-stream"), another);
      }
    }
  }

  private static void warmUp(Contender contender, Arguments arguments, String group, Effect effect)
      throws Exception {
    var entries = arguments.number("warm-entries");
    var job = job(arguments, arguments.text("warm-stream"), group, entries, effect);
    try (var running = contender.start(job)) {
      if (!job.await(WARM_UP)) {
        throw new IllegalStateException("no warm-up within " + WARM_UP);
      }
      running.awaitAcked();
    }
  }

  /** What the arguments say, on this stream. */
  static Job job(Arguments arguments, String stream, long entries, Effect effect) {
    return job(arguments, stream, arguments.text("group"), entries, effect);
  }

  private static Job job(
      Arguments arguments, String stream, String group, long entries, Effect effect) {
    return new Job(
        new Job.Target(arguments.text("host"), (int) arguments.number("port"), stream, group),
        entries,
        (int) arguments.number("inflight", 1000),
        effect);
  }
}
