// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;

import io.millhand.Millhand;
import io.millhand.delivery.RetryPolicy;
import java.util.Map;

/** A worker and one entry for it. Runs until Ctrl-C or SIGTERM, which drain it. */
public final class FirstExample {

  private FirstExample() {}

  public static void main(String[] args) throws InterruptedException {
    try (var millhand = Millhand.connect("redis://localhost:6379")) {
      var worker =
          millhand
              .worker("orders", "processing")
              .concurrency(64)
              .retry(RetryPolicy.exponential(ofMillis(200), ofMinutes(1)).maxAttempts(5))
              .onEach(delivery -> charge(delivery.text("order_id"), delivery.text("amount")))
              .start();
      millhand.producer("orders").send(Map.of("order_id", "123", "amount", "99.99"));
      worker.awaitStop();
    }
  }

  private static void charge(String orderId, String amount) {
    System.out.println("order " + orderId + ": charged " + amount);
  }
}
