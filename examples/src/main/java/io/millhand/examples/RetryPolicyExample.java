// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.millhand.Millhand;
import io.millhand.delivery.Backoff;
import io.millhand.delivery.Delivery;
import io.millhand.delivery.Entry;
import io.millhand.delivery.RetryPolicy;
import io.millhand.event.Event;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Which errors are tried again, after how long, and how often. */
public final class RetryPolicyExample {

  private RetryPolicyExample() {}

  /** The first retries come soon, the later ones slowly. */
  private static final Backoff SOON_THEN_SLOWLY =
      attempts -> attempts <= 2 ? ofMillis(50) : ofSeconds(1);

  private static final RetryPolicy POLICY =
      RetryPolicy.custom(SOON_THEN_SLOWLY)
          .maxAttempts(5)
          .jitter(0.1)
          // Alone or as a cause: never tried again.
          .fatal(IllegalArgumentException.class)
          // Nothing but these is tried again.
          .retryOnly(IOException.class, IllegalStateException.class);

  public static void main(String[] args) throws InterruptedException {
    var done = new CountDownLatch(2);
    try (var millhand = Millhand.connect(Example.url(args));
        var producer = millhand.producer("orders")) {
      millhand
          .worker("orders", "billing")
          .retry(POLICY)
          .listener(
              event -> {
                switch (event) {
                  case Event.Deferred retry ->
                      System.out.println(
                          "attempt " + retry.attempts() + " failed, the next follows");
                  case Event.DeadLettered dead -> {
                    System.out.println("given up: " + dead.reason());
                    done.countDown();
                  }
                  case Event.Acked acked -> done.countDown();
                  default -> {}
                }
              })
          .onEach(RetryPolicyExample::charge)
          .start();
      producer.send(Map.of("order_id", "123", "amount", "99.99"));
      producer.send(Map.of("order_id", "124", "amount", "-1"));
      done.await();
    }
  }

  private static void charge(Delivery<Entry> delivery) throws IOException {
    if (delivery.text("amount").startsWith("-")) {
      throw new IllegalArgumentException("a negative amount");
    }
    if (delivery.attempt() < 3) {
      throw new IOException("the bank does not answer");
    }
    System.out.println("charged at attempt " + delivery.attempt());
  }
}
