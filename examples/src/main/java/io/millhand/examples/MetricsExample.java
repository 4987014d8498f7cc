// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millhand.Millhand;
import io.millhand.micrometer.MillhandMetrics;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Feeds a Micrometer registry: yours may be one of Prometheus, OTLP, Datadog... */
public final class MetricsExample {

  private MetricsExample() {}

  public static void main(String[] args) throws InterruptedException {
    MeterRegistry registry = new SimpleMeterRegistry();
    var handled = new CountDownLatch(1);
    try (var millhand = Millhand.connect(Example.url(args))) {
      var worker =
          millhand
              .worker("orders", "metrics")
              // Several workers share one listener; its meters go when they stop.
              .listener(MillhandMetrics.listener(registry))
              .onEach(delivery -> handled.countDown())
              .start();
      millhand.producer("orders").send(Map.of("order_id", "123"));
      handled.await();
      worker.pause();

      var permits = registry.get("millhand.worker.permits").tags("stream", "orders").gauge();
      System.out.println("permits: " + permits.value());
      worker.drain();
      var drain = registry.get("millhand.worker.drain").tags("outcome", "clean").timer();
      System.out.println("drained in " + drain.max(TimeUnit.MILLISECONDS) + " ms");
    }
  }
}
