// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.delivery.Delivery;
import io.millhand.delivery.Entry;
import io.millhand.delivery.Fields;
import io.millhand.delivery.RetryPolicy;
import io.millhand.testkit.EmbeddedCluster;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Partitions over three masters, all real. */
class PartitionsClusterTest {

  private final OrderCheck check = new OrderCheck();

  private void handle(Delivery<Entry> delivery) {
    var key = delivery.text("customer");
    var number = Integer.parseInt(delivery.text("n"));
    check.begin(key, number);
    var fails = ThreadLocalRandom.current().nextInt(20) == 0;
    check.end(key, number, !fails);
    if (fails) {
      throw new IllegalStateException("one in twenty");
    }
  }

  @Test
  void partitions_spread_over_the_masters_and_keep_their_order_while_they_grow() {
    try (var redis = EmbeddedCluster.builder().masters(3).replicasPerMaster(0).start();
        var millhand = Millhand.connect(redis.uri());
        var other = Millhand.connect(redis.uri())) {
      var partitions = millhand.partitions("orders");
      var streams = partitions.create(6, "customer").streams();
      assertThat(streams.stream().map(redis::owner).distinct()).hasSize(3);
      for (var by : new Millhand[] {millhand, other}) {
        by.partitions("orders")
            .worker("processing")
            .heartbeatEvery(ofMillis(200))
            .lease(ofSeconds(2))
            .reconnectGrace(ofMillis(600))
            .retry(RetryPolicy.fixed(ofMillis(30)).maxAttempts(1_000))
            .ordered()
            .onEach(this::handle)
            .start();
      }
      var producer = partitions.producer();
      for (int n = 0; n < 100; n++) {
        var number = "" + n;
        producer.sendAll(
            IntStream.range(0, 30)
                .mapToObj(key -> Fields.of("customer", "c" + key, "n", number))
                .toList());
        if (n == 50) {
          partitions.grow(9);
        }
      }
      await()
          .atMost(ofSeconds(60))
          .until(() -> check.done() >= 3_000 || !check.violations().isEmpty());
      assertThat(check.violations()).isEmpty();
      assertThat(check.done()).isEqualTo(3_000);
      assertThat(partitions.describe().orElseThrow().generation()).isEqualTo(1);
    }
  }
}
