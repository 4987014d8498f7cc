// SPDX-License-Identifier: Apache-2.0
package io.millhand.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.delivery.Delivery.Count;
import io.millhand.delivery.Delivery.Source;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTest {

  private static Delivery<Entry> delivery(long id) {
    var entry = new Entry(new EntryId(id, 0), Fields.of("order_id", "" + id));
    return new Delivery<>(
        new Source("orders", "processing"), entry, entry, Count.FIRST, Origin.NEW, () -> true);
  }

  @Test
  void each_delivery_of_a_batch_may_be_settled_differently() {
    var one = delivery(1);
    var two = delivery(2);
    var three = delivery(3);
    var batch = new Batch<>(List.of(one, two, three));

    batch.settle(one, Outcome.dead("bad"));
    batch.settle(two, Outcome.ack());
    batch.settle(two, Outcome.defer(Duration.ofSeconds(1)));

    assertThat(batch.outcome(one)).contains(Outcome.dead("bad"));
    assertThat(batch.outcome(two)).contains(Outcome.defer(Duration.ofSeconds(1)));
    assertThat(batch.outcome(three)).isEmpty();
    assertThat(batch).containsExactly(one, two, three).hasSize(batch.size());
  }

  @Test
  void a_delivery_of_another_batch_is_refused() {
    var batch = new Batch<>(List.of(delivery(1)));

    assertThatThrownBy(() -> batch.settle(delivery(2), Outcome.ack()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2-0");
  }

  @Test
  void a_delay_cannot_be_negative() {
    assertThatThrownBy(() -> Outcome.defer(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_delivery_never_prints_its_content() {
    assertThat(delivery(7)).hasToString("orders/processing 7-0 (attempt 1, NEW)");
    assertThat(delivery(7).entry().toString()).doesNotContain("order_id");
  }
}
