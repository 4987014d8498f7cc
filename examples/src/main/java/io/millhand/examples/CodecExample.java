// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import io.millhand.Millhand;
import io.millhand.delivery.Codec;
import io.millhand.delivery.Fields;
import io.millhand.event.Event;
import java.math.BigDecimal;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A typed payload. What cannot be decoded goes to the dead letters as it is. */
public final class CodecExample {

  private CodecExample() {}

  record Order(String id, BigDecimal amount) {

    static final Codec<Order> CODEC =
        Codec.of(
            entry -> new Order(entry.text("order_id"), new BigDecimal(entry.text("amount"))),
            order -> Fields.of("order_id", order.id(), "amount", order.amount().toPlainString()));
  }

  public static void main(String[] args) throws InterruptedException {
    var done = new CountDownLatch(2);
    try (var millhand = Millhand.connect(Example.url(args));
        var producer = millhand.producer("orders")) {
      millhand
          .worker("orders", "billing")
          .codec(Order.CODEC)
          .listener(
              event -> {
                switch (event) {
                  case Event.Acked acked -> done.countDown();
                  case Event.DeadLettered dead -> {
                    System.out.println("not an order: " + dead.reason());
                    done.countDown();
                  }
                  default -> {}
                }
              })
          .onEach(delivery -> charge(delivery.payload()))
          .start();
      producer.send(Order.CODEC.encode(new Order("123", new BigDecimal("99.99"))));
      producer.send(Map.of("order_id", "124", "amount", "a lot"));
      done.await();
    }
  }

  private static void charge(Order order) {
    System.out.println("order " + order.id() + ": charged " + order.amount());
  }
}
