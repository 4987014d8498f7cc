// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import static java.time.Duration.ofSeconds;

import io.millhand.Millhand;
import io.millhand.config.WorkerSettings.ShutdownHook;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Pauses, looks at its health, and drains with a report; as a framework would. */
public final class LifecycleExample {

  private LifecycleExample() {}

  public static void main(String[] args) throws InterruptedException {
    var handled = new CountDownLatch(1);
    try (var millhand = Millhand.connect(Example.url(args))) {
      var worker =
          millhand
              .worker("orders", "billing")
              // The framework closes it.
              .shutdownHook(ShutdownHook.OFF)
              .drainTimeout(ofSeconds(10))
              .onEach(delivery -> handled.countDown())
              .start();

      worker.pause();
      millhand.producer("orders").send(Map.of("order_id", "123"));
      System.out.println("paused: " + worker.state());
      worker.resume();
      handled.await();

      var health = worker.health();
      System.out.println("healthy: " + health.isHealthy() + " " + health.problems());

      var report = worker.drain();
      System.out.println("clean: " + report.isClean() + ", " + report);
    }
  }
}
