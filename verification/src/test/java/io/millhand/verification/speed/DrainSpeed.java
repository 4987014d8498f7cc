// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.speed;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millhand.Millhand;
import io.millhand.WorkerBuilder;
import io.millhand.config.Retention;
import io.millhand.delivery.Entry;
import io.millhand.delivery.Fields;
import io.millhand.micrometer.MillhandMetrics;
import io.millhand.testkit.EmbeddedRedis;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * How fast one worker drains a stream, beside a bare socket loop in the same run. Arguments:
 * entries (1,000,000), rounds (5), and what to measure: {@code noop} (default settings, a handler
 * that does nothing), {@code sleep} (handlers that sleep 10 ms, 1,000 at a time), {@code queue} (as
 * noop, with {@code Retention.deleteOnAck}) or {@code metrics} (as noop, by a worker whose every
 * step is counted and timed, beside one that nobody hears).
 */
public final class DrainSpeed {

  private static final String STREAM = "orders";
  private static final int BATCH = 10_000;

  private DrainSpeed() {}

  /** Runs it and prints a line a round, then the medians. */
  public static void main(String[] args) throws Exception {
    var entries = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
    var rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
    var mode = args.length > 2 ? args[2] : "noop";
    if (mode.equals("queue")) {
      drainQueues(entries, rounds);
      return;
    }
    var sleeping = mode.equals("sleep");
    var heard = mode.equals("metrics");
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try (var redis = EmbeddedRedis.builder().start();
        var millhand = Millhand.connect(redis.url())) {
      System.out.printf(
          "Redis %s, Java %s, %d entries of three fields, %s%n",
          redis.version(),
          System.getProperty("java.version"),
          entries,
          sleeping
              ? "10 ms handlers, 1,000 at a time"
              : "handlers that do nothing, default settings");
      preload(millhand, entries);
      List<Double> raws = new ArrayList<>();
      List<Double> ours = new ArrayList<>();
      for (int round = 1; round <= rounds; round++) {
        if (heard) {
          raws.add(worker(millhand.worker(STREAM, "plain-" + round), entries, sleeping));
          System.out.printf("round %d: unheard  %,.0f/s%n", round, raws.getLast());
        } else if (!sleeping) {
          raws.add(raw(redis, "raw-" + round));
          System.out.printf("round %d: raw loop %,.0f/s%n", round, raws.getLast());
        }
        var builder = millhand.worker(STREAM, "millhand-" + round);
        if (heard) {
          builder.listener(MillhandMetrics.listener(registry));
        }
        ours.add(worker(builder, entries, sleeping));
        System.out.printf("round %d: worker   %,.0f/s%n", round, ours.getLast());
      }
      System.out.printf("median worker %,.0f/s, peak heap %d MiB%n", median(ours), peakHeap());
      if (!sleeping) {
        System.out.printf(
            "median %1$s %2$,.0f/s, worker / %1$s %3$.2f%n",
            heard ? "unheard" : "raw loop", median(raws), median(ours) / median(raws));
      }
    }
  }

  private static void preload(Millhand millhand, int entries) {
    var payload = "x".repeat(100);
    var producer = millhand.producer(STREAM);
    for (int from = 0; from < entries; from += BATCH) {
      var batch = new ArrayList<Fields>(BATCH);
      for (int i = from; i < Math.min(entries, from + BATCH); i++) {
        batch.add(Fields.of("order_id", "" + i, "amount", "99.99", "payload", payload));
      }
      producer.sendAll(batch);
    }
  }

  private static double raw(EmbeddedRedis redis, String group) throws Exception {
    redis.command("XGROUP", "CREATE", STREAM, group, "0");
    try (var loop = new RawLoop(redis.host(), redis.port())) {
      var startedAt = System.nanoTime();
      var acked = loop.drain(STREAM, group, 500);
      return acked * 1e9 / (System.nanoTime() - startedAt);
    } finally {
      redis.command("XGROUP", "DESTROY", STREAM, group);
    }
  }

  /** Each round has its own server: what was drained is gone. */
  private static void drainQueues(int entries, int rounds) throws Exception {
    List<Double> rates = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      try (var redis = EmbeddedRedis.builder().start();
          var millhand = Millhand.connect(redis.url())) {
        preload(millhand, entries);
        var builder = millhand.worker(STREAM, "queue").retention(Retention.deleteOnAck());
        rates.add(worker(builder, entries, false));
        System.out.printf(
            "round %d: queue    %,.0f/s, %s entries left%n",
            round, rates.getLast(), redis.command("XLEN", STREAM));
      }
    }
    System.out.printf("median queue %,.0f/s, peak heap %d MiB%n", median(rates), peakHeap());
  }

  private static double worker(WorkerBuilder<Entry> builder, int entries, boolean sleeping)
      throws Exception {
    var all = new CountDownLatch(1);
    if (sleeping) {
      builder.concurrency(1000).maxInFlight(1000);
    }
    var startedAt = System.nanoTime();
    var count = new java.util.concurrent.atomic.AtomicInteger();
    var worker =
        builder
            .onEach(
                delivery -> {
                  if (sleeping) {
                    Thread.sleep(10);
                  }
                  if (count.incrementAndGet() == entries) {
                    all.countDown();
                  }
                })
            .start();
    all.await();
    // Until the last ack is confirmed.
    while (worker.health().inFlight() > 0) {
      Thread.onSpinWait();
    }
    var rate = entries * 1e9 / (System.nanoTime() - startedAt);
    worker.close();
    return rate;
  }

  private static long peakHeap() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .mapToLong(pool -> pool.getPeakUsage().getUsed())
            .sum()
        >> 20;
  }

  private static double median(List<Double> values) {
    var sorted = values.stream().mapToDouble(each -> each).toArray();
    Arrays.sort(sorted);
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }
}
