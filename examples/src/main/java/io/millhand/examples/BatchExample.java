// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import io.millhand.Millhand;
import io.millhand.delivery.Batch;
import io.millhand.delivery.Entry;
import io.millhand.delivery.Fields;
import io.millhand.delivery.Outcome;
import io.millhand.event.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/** Several entries in one call, as for one transaction; each may be settled differently. */
public final class BatchExample {

  private BatchExample() {}

  public static void main(String[] args) throws InterruptedException {
    var done = new CountDownLatch(100);
    try (var millhand = Millhand.connect(Example.url(args))) {
      millhand
          .producer("orders")
          .sendAll(IntStream.range(0, 100).mapToObj(i -> Fields.of("order_id", "" + i)).toList());
      millhand
          .worker("orders", "archive")
          .concurrency(2)
          .listener(
              event -> {
                if (event instanceof Event.Acked || event instanceof Event.DeadLettered) {
                  done.countDown();
                }
              })
          .onBatch(50, BatchExample::archive)
          .start();
      done.await();
    }
  }

  private static void archive(Batch<Entry> batch) {
    List<String> rows = new ArrayList<>();
    for (var delivery : batch) {
      var id = delivery.text("order_id");
      if (id.equals("13")) {
        batch.settle(delivery, Outcome.dead("there is no order 13"));
      } else {
        rows.add(id);
      }
    }
    // On return all that was not settled is acked; on a throw it is retried.
    System.out.println("archived " + rows.size() + " of " + batch.size());
  }
}
