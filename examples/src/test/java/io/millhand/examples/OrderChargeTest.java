// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.Millhand;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** How a user tests a handler against a real Redis: one annotation. */
@WithRedis
class OrderChargeTest {

  @Test
  void an_order_is_charged_and_acked(EmbeddedRedis redis) {
    var charged = new ConcurrentHashMap<String, String>();
    try (var millhand = Millhand.connect(redis.url())) {
      millhand
          .worker("orders", "billing")
          .onEach(delivery -> charged.put(delivery.text("order_id"), delivery.text("amount")))
          .start();
      millhand.producer("orders").send(Map.of("order_id", "123", "amount", "99.99"));

      await().until(() -> charged.containsKey("123"));
      await().until(() -> millhand.inspector().group("orders", "billing").pending() == 0);
    }
    assertThat(charged).containsExactly(Map.entry("123", "99.99"));
  }
}
