// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import static java.time.Duration.ofSeconds;

import io.millhand.Millhand;
import io.millhand.delivery.Fields;
import io.millhand.error.RefusedException;
import io.millhand.error.UnavailableException;
import io.millhand.error.UncertainSendException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Sends one entry, one that is added once, many at once, and without waiting. */
public final class ProducerExample {

  private ProducerExample() {}

  public static void main(String[] args) {
    try (var millhand = Millhand.connect(Example.url(args));
        var producer =
            millhand
                .producerBuilder("orders")
                .maxEntryBytes(64 * 1024)
                .retryFor(ofSeconds(5))
                .build()) {
      // When it returns, Redis has the entry.
      System.out.println("sent as " + producer.send(Map.of("order_id", "1", "amount", "9.99")));

      // Added once, whoever sends it again within ten minutes, and whatever became of the reply.
      var id = producer.sendOnce("order-1-paid", Map.of("order_id", "1", "state", "paid"));
      var again = producer.sendOnce("order-1-paid", Map.of("order_id", "1", "state", "paid"));
      System.out.println(id.equals(again) ? "added once" : "cannot be");

      // In order, many in one write.
      var orders =
          IntStream.range(2, 1002).mapToObj(i -> Fields.of("order_id", Integer.toString(i)));
      System.out.println("sent " + producer.sendAll(orders.toList()).size() + " at once");

      // Without waiting for each; slows the caller down when too many wait.
      List<CompletableFuture<?>> answers = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        answers.add(producer.sendAsync(Fields.of("order_id", "a" + i)));
      }
      CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).join();
      System.out.println("sent " + answers.size() + " without waiting");

      try {
        producer.send(Map.of("scan", "x".repeat(100_000)));
      } catch (RefusedException e) {
        System.out.println("refused, and nothing was sent: " + e.getMessage());
      } catch (UnavailableException e) {
        System.out.println("not added; Redis was away for all of retryFor: " + e.getMessage());
      } catch (UncertainSendException e) {
        System.out.println("added or not, nobody knows: " + e.getMessage());
      }
    }
  }
}
