// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.autoscale.Measurement.Flow;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EffectivenessTest {

  private static final Duration STEP = Duration.ofSeconds(5);

  private final Effectiveness effectiveness = new Effectiveness();
  private Duration at = Duration.ofHours(1);

  private void waiting(int looks, int workers, long perSecond) {
    watch(looks, workers, perSecond, true);
  }

  private void watch(int looks, int workers, long perSecond, boolean waited) {
    for (int i = 0; i < looks; i++) {
      at = at.plus(STEP);
      effectiveness.watch(at, new Flow(STEP, 0, perSecond * 5), workers, waited);
    }
  }

  @Test
  void more_workers_that_settle_no_more_are_held_and_it_is_said_in_words() {
    waiting(6, 10, 100);
    waiting(6, 20, 100);

    var hold = effectiveness.hold().orElseThrow();
    assertThat(hold.workers()).isEqualTo(20);
    assertThat(hold.until()).isEqualTo(at.plus(Duration.ofMinutes(5)));
    assertThat(hold.reason())
        .isEqualTo(
            "more workers do not help: 10 settled 100.0/s, 20 settle 100.0/s;"
                + " something that they share is the limit");
  }

  @Test
  void more_workers_that_settle_more_are_not_held() {
    waiting(6, 10, 100);
    waiting(6, 20, 200);
    waiting(6, 40, 390);
    waiting(6, 80, 600);

    assertThat(effectiveness.hold()).isEmpty();
  }

  @Test
  void a_tenth_of_the_gain_that_was_due_is_enough() {
    waiting(6, 10, 100);
    waiting(6, 20, 111);
    assertThat(effectiveness.hold()).isEmpty();

    waiting(6, 40, 115); // of another 111
    assertThat(effectiveness.hold()).isPresent();
  }

  @Test
  void more_that_settle_less_are_held() {
    waiting(6, 10, 100);
    waiting(6, 20, 70);

    assertThat(effectiveness.hold().orElseThrow().workers()).isEqualTo(20);
  }

  @Test
  void half_a_minute_of_each_fleet_is_the_least_that_tells() {
    waiting(6, 10, 100);
    waiting(5, 20, 100);
    assertThat(effectiveness.hold()).isEmpty();

    waiting(1, 20, 100);
    assertThat(effectiveness.hold()).isPresent();
  }

  @Test
  void a_fleet_seen_too_shortly_is_passed_over() {
    waiting(6, 10, 100);
    waiting(2, 15, 100);
    waiting(6, 20, 100);

    assertThat(effectiveness.hold().orElseThrow().reason()).contains("10 settled", "20 settle");
  }

  @Test
  void few_entries_tell_nothing() {
    for (int i = 0; i < 12; i++) {
      at = at.plus(STEP);
      effectiveness.watch(at, new Flow(STEP, 0, 1), i < 6 ? 1 : 10, true);
    }

    assertThat(effectiveness.hold()).isEmpty();
  }

  @Test
  void a_fleet_that_hardly_grew_tells_nothing() {
    waiting(6, 10, 100);
    waiting(60, 11, 100);

    assertThat(effectiveness.hold()).isEmpty();
  }

  @Test
  void times_without_work_that_waits_tell_nothing() {
    watch(6, 10, 100, false);
    watch(60, 20, 100, false);
    assertThat(effectiveness.hold()).isEmpty();

    waiting(6, 10, 100);
    watch(1, 10, 100, false);
    waiting(60, 20, 100);
    assertThat(effectiveness.hold()).isEmpty();
  }

  @Test
  void looks_between_which_the_fleet_changed_are_passed_over() {
    waiting(6, 10, 100);
    waiting(3, 0, 0);
    waiting(6, 20, 100);

    assertThat(effectiveness.hold()).isPresent();
  }

  @Test
  void it_is_tried_again_after_five_minutes() {
    waiting(6, 10, 100);
    waiting(6, 20, 100);
    waiting(59, 20, 100);
    assertThat(effectiveness.hold()).isPresent();

    waiting(1, 20, 100);
    assertThat(effectiveness.hold()).isEmpty();

    waiting(6, 20, 100);
    waiting(6, 40, 100);
    assertThat(effectiveness.hold().orElseThrow().workers()).isEqualTo(40);
  }

  @Test
  void once_tried_again_what_helps_is_let_go_on() {
    waiting(6, 10, 100);
    waiting(6, 20, 100);
    waiting(60, 20, 100);

    waiting(6, 20, 100);
    waiting(60, 40, 200);

    assertThat(effectiveness.hold()).isEmpty();
  }

  @Test
  void it_ends_at_once_when_nothing_waits_any_more() {
    waiting(6, 10, 100);
    waiting(6, 20, 100);

    watch(1, 20, 100, false);

    assertThat(effectiveness.hold()).isEmpty();
  }
}
