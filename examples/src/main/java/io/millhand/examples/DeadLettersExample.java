// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import io.millhand.Millhand;
import io.millhand.delivery.RetryPolicy;
import io.millhand.event.Event;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Looks at dead letters and puts them back when their cause is mended. */
public final class DeadLettersExample {

  private DeadLettersExample() {}

  public static void main(String[] args) throws InterruptedException {
    try (var millhand = Millhand.connect(Example.url(args))) {
      millhand.producer("orders").send(Map.of("order_id", "123"));
      failOnce(millhand);

      var inspector = millhand.inspector();
      for (var letter : inspector.dead("orders", "billing", Optional.empty(), 10)) {
        System.out.printf(
            "entry %s: %s, %s, %s%n",
            letter.entry(),
            letter.reason(),
            letter.errorText().orElse("no error"),
            letter.fields().toMap());
      }

      // Pending again, due now, for this group alone, with a fresh set of attempts.
      var operator = millhand.operator();
      var mended =
          inspector.deadLetters(
              "orders",
              "billing",
              letter -> letter.error().orElse("").contains("IllegalState"),
              1000);
      System.out.println("put back: " + operator.putBack("orders", "billing", mended).done());
      succeed(millhand);

      // What nobody wants any more can be deleted for good.
      var rest = inspector.deadLetters("orders", "billing", letter -> true, 1000);
      System.out.println("purged: " + operator.purge("orders", "billing", rest));
    }
  }

  private static void failOnce(Millhand millhand) throws InterruptedException {
    var dead = new CountDownLatch(1);
    try (var worker =
        millhand
            .worker("orders", "billing")
            .retry(RetryPolicy.never())
            .listener(
                event -> {
                  if (event instanceof Event.DeadLettered) {
                    dead.countDown();
                  }
                })
            .onEach(
                delivery -> {
                  throw new IllegalStateException("the card was refused");
                })
            .start()) {
      dead.await();
      System.out.println(worker.health().state());
    }
  }

  private static void succeed(Millhand millhand) throws InterruptedException {
    var handled = new CountDownLatch(1);
    try (var worker =
        millhand
            .worker("orders", "billing")
            .onEach(
                delivery -> {
                  System.out.println("charged at last, attempt " + delivery.attempt());
                  handled.countDown();
                })
            .start()) {
      handled.await();
      System.out.println(worker.drain());
    }
  }
}
