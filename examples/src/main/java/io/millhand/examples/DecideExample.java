// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import static java.time.Duration.ofMillis;

import io.millhand.Millhand;
import io.millhand.delivery.Delivery;
import io.millhand.delivery.Entry;
import io.millhand.delivery.Outcome;
import io.millhand.delivery.RetryPolicy;
import io.millhand.event.Event;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A handler that says itself how each delivery is to be settled. */
public final class DecideExample {

  private DecideExample() {}

  public static void main(String[] args) throws InterruptedException {
    var done = new CountDownLatch(4);
    try (var millhand = Millhand.connect(Example.url(args));
        var producer = millhand.producer("orders")) {
      millhand
          .worker("orders", "billing")
          .retry(RetryPolicy.fixed(ofMillis(100)).maxAttempts(3))
          .listener(
              event -> {
                if (event instanceof Event.Acked || event instanceof Event.DeadLettered) {
                  done.countDown();
                }
              })
          .decide(DecideExample::settle)
          .start();
      for (var state : new String[] {"paid", "busy", "unpaid", "cancelled"}) {
        producer.send(Map.of("state", state));
      }
      done.await();
    }
  }

  private static Outcome settle(Delivery<Entry> delivery) {
    var state = delivery.text("state");
    var again = delivery.count().deliveries() > 1;
    System.out.println(state + ", attempt " + delivery.attempt());
    return switch (state) {
      case "paid" -> Outcome.ack();
      // Not now: comes back later, and counts as no attempt.
      case "unpaid" -> again ? Outcome.ack() : Outcome.defer(ofMillis(200));
      // Failed, and whoever is busy has said when to come back: counts as an attempt.
      case "busy" ->
          again ? Outcome.ack() : Outcome.failed(new IllegalStateException("busy"), ofMillis(300));
      default -> Outcome.dead("nothing to do for an order that is " + state);
    };
  }
}
