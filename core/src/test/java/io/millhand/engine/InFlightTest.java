// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.Delivery.Count;
import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.delivery.Origin;
import io.millhand.redis.Arrival;
import org.junit.jupiter.api.Test;

class InFlightTest {

  private static final EntryId ID = new EntryId(7, 0);

  private final InFlight inFlight = new InFlight();

  private static Held delivery(long deliveries) {
    return new Held(
        new Arrival(new Entry(ID, Fields.of("n", "1")), new Count(deliveries, 0, 0), Origin.DUE),
        0);
  }

  /**
   * Else the audit would bring it as unheld, and a handler would begin with what is handed back.
   */
  @Test
  void what_is_handed_back_beside_an_abandoned_delivery_is_in_flight_until_redis_has_confirmed() {
    var abandoned = delivery(1);
    var again = delivery(2);
    inFlight.putIfAbsent(abandoned);
    assertThat(inFlight.putIfAbsent(again)).isSameAs(abandoned);

    inFlight.addBeside(again);
    inFlight.remove(abandoned);
    assertThat(inFlight.contains(ID)).isTrue();
    assertThat(inFlight.all()).containsExactly(again);

    inFlight.remove(again);
    assertThat(inFlight.contains(ID)).isFalse();
  }
}
