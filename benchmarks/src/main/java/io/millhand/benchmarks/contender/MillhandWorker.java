// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millhand.Millhand;
import io.millhand.Worker;
import io.millhand.WorkerBuilder;
import io.millhand.config.Retention;
import io.millhand.delivery.Entry;
import io.millhand.micrometer.MillhandMetrics;
import java.util.concurrent.locks.LockSupport;

/** One worker of this library, with all its guarantees. */
final class MillhandWorker implements Contender {

  /** What is set on the worker, its handler included. */
  @FunctionalInterface
  interface Settings {
    void on(WorkerBuilder<Entry> builder, Job job);
  }

  private static final long LOOK_NANOS = 20_000;
  private static final long MOST_NANOS = 60_000_000_000L;

  private final Settings settings;

  private MillhandWorker(Settings settings) {
    this.settings = settings;
  }

  /** Batches of 500, else as it comes. */
  static MillhandWorker batch() {
    return new MillhandWorker(
        (builder, job) ->
            builder.onBatch(
                500,
                batch -> {
                  for (var delivery : batch) {
                    job.handle(delivery::text);
                  }
                }));
  }

  /** A virtual thread for each entry, as many in flight as the job says, else as it comes. */
  static MillhandWorker each() {
    return new MillhandWorker(
        (builder, job) -> {
          plain(builder, job);
          builder.concurrency(job.inFlight()).maxInFlight(job.inFlight());
        });
  }

  /** Nothing set but the handler. */
  static MillhandWorker plain() {
    return new MillhandWorker(MillhandWorker::plain);
  }

  /** A queue: what is acked is deleted. */
  static MillhandWorker queue() {
    return new MillhandWorker(
        (builder, job) -> {
          plain(builder, job);
          builder.retention(Retention.deleteOnAck());
        });
  }

  /** Every step counted and timed. */
  static MillhandWorker metrics() {
    return new MillhandWorker(
        (builder, job) -> {
          plain(builder, job);
          builder.listener(MillhandMetrics.listener(new SimpleMeterRegistry()));
        });
  }

  private static void plain(WorkerBuilder<Entry> builder, Job job) {
    builder.onEach(delivery -> job.handle(delivery::text));
  }

  @Override
  public Running start(Job job) {
    var target = job.target();
    var millhand = Millhand.connect("redis://" + target.host() + ":" + target.port());
    try {
      var builder = millhand.worker(target.stream(), target.group());
      settings.on(builder, job);
      return new AtWork(millhand, builder.start());
    } catch (RuntimeException e) {
      millhand.close();
      throw e;
    }
  }

  private record AtWork(Millhand millhand, Worker worker) implements Running {

    @Override
    public void awaitAcked() {
      var end = System.nanoTime() + MOST_NANOS;
      while (worker.health().inFlight() > 0) {
        if (System.nanoTime() > end) {
          throw new IllegalStateException("not all is acked, a minute later: " + worker.health());
        }
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }

    @Override
    public void close() {
      millhand.close();
    }
  }
}
