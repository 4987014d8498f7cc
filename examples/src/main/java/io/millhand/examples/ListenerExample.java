// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import io.millhand.Millhand;
import io.millhand.event.Event;
import io.millhand.event.Listener;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/** Hears what a worker does: for metrics, traces and alarms. */
public final class ListenerExample {

  private ListenerExample() {}

  /** Called by several threads at once, so it must be quick and thread-safe. */
  private static final class Metrics implements Listener {

    private final LongAdder acked = new LongAdder();
    private final LongAdder handlerMillis = new LongAdder();
    private final CountDownLatch firstAck = new CountDownLatch(1);

    @Override
    public void on(Event event) {
      switch (event) {
        case Event.Acked ack -> {
          acked.increment();
          handlerMillis.add(ack.took().toMillis());
          firstAck.countDown();
        }
        case Event.DeadLettered dead -> alarm(dead.id() + " was given up: " + dead.reason());
        case Event.Trimmed lost -> alarm(lost.ids().size() + " entries were trimmed unfinished");
        case Event.OutageStarted outage -> alarm("Redis is away: " + outage.cause().getMessage());
        case Event.OutageEnded outage -> alarm("Redis is back after " + outage.lasted());
        case Event.StateChanged change -> System.out.println(change.by() + " is " + change.to());
        default -> {}
      }
    }

    private static void alarm(String text) {
      System.out.println("ALARM " + text);
    }
  }

  public static void main(String[] args) throws InterruptedException {
    var metrics = new Metrics();
    try (var millhand = Millhand.connect(Example.url(args))) {
      millhand
          .worker("orders", "billing")
          .listener(metrics)
          .onEach(delivery -> System.out.println("charged " + delivery.text("order_id")))
          .start();
      millhand.producer("orders").send(Map.of("order_id", "123"));
      metrics.firstAck.await();
    }
    System.out.println("acked: " + metrics.acked + ", in " + metrics.handlerMillis + " ms");
  }
}
