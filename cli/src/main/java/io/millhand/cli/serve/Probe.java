// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.Millhand;
import io.millhand.Producer;
import io.millhand.Worker;
import io.millhand.config.Retention;
import io.millhand.delivery.Delivery;
import io.millhand.delivery.Fields;
import io.millhand.error.MillhandException;
import io.millhand.event.Event;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends an entry now and then through a stream and a group of its own, handles it with a worker of
 * its own, and measures how long that took until Redis had confirmed the ack. Several processes may
 * probe one stream: each counts what it sent and what it handled, and measures its own entries
 * where it handles them itself.
 *
 * <p>Threads: its own loop sends; the worker's handle; any may read.
 */
final class Probe implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.serve");
  private static final String TOKEN = "probe";

  private static final Metric SENT =
      Metric.counter(
          "millhand_probe_sent_total",
          "Entries that this process sent as probes. Only with --probe.");
  private static final Metric FAILED =
      Metric.counter(
          "millhand_probe_failed_total",
          "Probes that could not be sent, or not be handled. Only with --probe.");
  private static final Metric HANDLED =
      Metric.counter(
          "millhand_probe_handled_total",
          "Probes, of any process, that this process handled and acked. Only with --probe.");
  private static final Metric LATENCY =
      Metric.seconds(
          "millhand_probe_latency_seconds",
          "From before a probe was sent until its ack was confirmed, the last one. Only with --probe.");
  private static final Metric SILENCE =
      Metric.seconds(
          "millhand_probe_silence_seconds",
          "How long ago this process last handled a probe, or began to probe. Only with --probe.");

  private final RedisLink redis;
  private final Settings settings;
  private final Flights flights = new Flights();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread loop;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong handled = new AtomicLong();
  private volatile long lastHandled = System.nanoTime(); // written by the worker's threads
  private volatile Optional<Duration> latency = Optional.empty(); // written by the worker's threads

  private @Nullable Worker worker; // confined to the loop
  private @Nullable Producer producer; // confined to the loop
  private boolean toldFailure; // confined to the loop

  /**
   * How to probe.
   *
   * @param stream through which stream
   * @param group by which group
   * @param every how often
   */
  record Settings(String stream, String group, Duration every) {}

  private Probe(RedisLink redis, Settings settings) {
    this.redis = redis;
    this.settings = settings;
    this.loop = Thread.ofPlatform().name("millhand-probe").daemon().unstarted(this::run);
  }

  /** Probes until it is closed, whether Redis is there or not. */
  static Probe start(RedisLink redis, Settings settings) {
    var probe = new Probe(redis, settings);
    probe.loop.start();
    return probe;
  }

  /** What it tells, in the order in which it is shown. */
  static List<Metric> metrics() {
    return List.of(SENT, FAILED, HANDLED, LATENCY, SILENCE);
  }

  void fill(Sheet sheet) {
    sheet.add(SENT, sent.get());
    sheet.add(FAILED, failed.get());
    sheet.add(HANDLED, handled.get());
    latency.ifPresent(time -> sheet.add(LATENCY, time.toNanos() / 1e9));
    sheet.add(SILENCE, Duration.ofNanos(System.nanoTime() - lastHandled));
  }

  private void run() {
    try {
      do {
        probe();
      } while (!closed.await(settings.every().toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void probe() {
    try {
      send();
      toldFailure = false;
    } catch (MillhandException e) {
      failed.incrementAndGet();
      if (!toldFailure) {
        toldFailure = true;
        log.warn("the probe cannot be sent: {}", e.getMessage());
      }
    }
  }

  private void send() {
    if (worker == null || isOver(worker)) {
      worker = redis.ask(this::work);
    }
    if (producer == null) {
      producer =
          redis.ask(
              millhand ->
                  millhand.producerBuilder(settings.stream()).retryFor(settings.every()).build());
    }
    producer.send(Fields.of(TOKEN, flights.begin(System.nanoTime())));
    sent.incrementAndGet();
  }

  private static boolean isOver(Worker worker) {
    return switch (worker.state()) {
      case STOPPED, FAILED -> true;
      case NEW, RUNNING, PAUSED, DRAINING -> false;
    };
  }

  private Worker work(Millhand millhand) {
    return millhand
        .worker(settings.stream(), settings.group())
        .concurrency(1)
        .maxInFlight(100)
        .retention(Retention.finished(Duration.ofMinutes(1)))
        .onEach(this::handle)
        .listener(this::on)
        .start();
  }

  private void handle(Delivery<?> delivery) {
    flights.land(delivery.text(TOKEN), delivery.id());
  }

  private void on(Event event) {
    if (event instanceof Event.Acked acked) {
      var now = System.nanoTime();
      lastHandled = now;
      handled.incrementAndGet();
      flights.end(acked.id(), now).ifPresent(time -> latency = Optional.of(time));
    } else if (event instanceof Event.DeadLettered) {
      failed.incrementAndGet();
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
