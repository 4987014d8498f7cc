// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {

  private static final int HANDLERS = 16;

  private final Pace pace = new Pace(Duration.ofMillis(200).toNanos(), 0);
  private long now;
  private long ended;

  /** Time goes by; so many handlers end in it. */
  private void learn(Duration time, int handled) {
    now += time.toNanos();
    ended += handled;
    pace.learn(now, ended);
  }

  @Test
  void at_a_redis_nearby_it_is_what_handlers_will_begin_within_read_ahead() {
    for (int i = 0; i < 50; i++) {
      learn(Duration.ofMillis(20), 20);
      pace.tripTook(Duration.ofNanos(100_000).toNanos());
    }

    assertThat(pace.ahead()).isEqualTo(200);
  }

  @Test
  void through_a_slow_network_handlers_that_wait_for_it_are_soon_fed() {
    var trip = Duration.ofMillis(1200);
    var asked = HANDLERS;
    for (int i = 0; i < 8; i++) {
      learn(trip, asked); // all that came was handled before the next reply
      pace.tripTook(trip.toNanos());
      asked = HANDLERS + pace.ahead();
    }

    assertThat(asked).isGreaterThan(1000);
  }

  @Test
  void a_single_reply_that_was_late_makes_nobody_hoard() {
    for (int i = 0; i < 50; i++) {
      learn(Duration.ofMillis(20), 20);
      pace.tripTook(Duration.ofNanos(100_000).toNanos());
    }
    pace.tripTook(Duration.ofSeconds(3).toNanos());

    assertThat(pace.ahead()).isEqualTo(200);
  }

  @Test
  void a_moment_without_entries_does_not_undo_what_was_learnt() {
    for (int i = 0; i < 50; i++) {
      learn(Duration.ofMillis(20), 20);
    }
    learn(Duration.ofSeconds(1), 0);

    assertThat(pace.ahead()).isEqualTo(140);
  }

  @Test
  void without_read_ahead_nothing_is_asked_for_beyond_free_handlers() {
    var none = new Pace(0, 0);
    none.learn(Duration.ofSeconds(1).toNanos(), 1000);
    none.tripTook(Duration.ofSeconds(1).toNanos());
    none.tripTook(Duration.ofSeconds(1).toNanos());

    assertThat(none.ahead()).isZero();
  }
}
