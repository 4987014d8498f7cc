// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millhand.Millhand;
import io.millhand.inspect.Lag;
import io.millhand.inspect.Place;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@WithRedis
class PlaceTextTest {

  @Test
  void an_unread_entry_tells_how_long_it_waits_where_that_is_known() {
    var unread = new Place.Unread(new Lag.Exactly(1200));

    assertThat(PlaceText.words(unread, Optional.of(Duration.ofSeconds(60))))
        .isEqualTo("unread; 1,200 come before it, about 1 min at the present pace");
    assertThat(PlaceText.words(unread, Optional.empty())).isEqualTo("unread; 1,200 come before it");
  }

  @Test
  void the_pace_is_that_of_the_group_between_two_looks(EmbeddedRedis redis) throws Exception {
    try (var millhand = Millhand.connect(redis.url())) {
      for (int i = 0; i < 10_000; i++) {
        redis.command("XADD", "orders", "*", "a", "b");
      }
      var pass = new Semaphore(1);
      millhand
          .worker("orders", "g")
          .concurrency(1)
          .maxInFlight(1)
          .onEach(delivery -> pass.acquire())
          .start();
      var feeding = Executors.newSingleThreadScheduledExecutor();
      var feed = feeding.scheduleAtFixedRate(pass::release, 0, 5, TimeUnit.MILLISECONDS);
      try {
        var inspector = millhand.inspector();
        var unread = new Place.Unread(new Lag.Exactly(1_000_000));
        await()
            .atMost(Duration.ofSeconds(30))
            .until(
                () ->
                    new Pace(inspector, "orders", Duration.ofMillis(300))
                        .until("g", unread)
                        .isPresent());

        var still = new Pace(inspector, "orders", Duration.ZERO);
        assertThat(still.until("g", unread)).isEmpty();
        assertThat(feed.isDone()).isFalse();
        assertThat(still.until("g", new Place.Unread(new Lag.AtLeast(5)))).isEmpty();
      } finally {
        feeding.shutdownNow();
        pass.release(100_000);
      }
    }
  }
}
