// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestartsTest {

  private final Restarts restarts = new Restarts();

  private static Duration at(double seconds) {
    return Duration.ofMillis(Math.round(seconds * 1000));
  }

  @Test
  void who_dies_young_is_replaced_after_twice_as_long_each_time_up_to_half_a_minute() {
    restarts.died(at(0), at(15)); // somebody could live once
    var start = at(16);
    for (var pause : new int[] {2, 4, 8, 16, 30, 30}) {
      var death = start.plusMillis(500);

      assertThat(restarts.died(start, death)).isEqualTo(Duration.ofSeconds(pause));
      assertThat(restarts.mayStart(death.plusSeconds(pause).minusMillis(1))).isFalse();
      assertThat(restarts.mayStart(death.plusSeconds(pause))).isTrue();
      start = death.plusSeconds(pause);
    }
    assertThat(restarts.isHopeless()).isFalse();
  }

  @Test
  void who_has_lived_long_is_replaced_after_a_second() {
    restarts.died(at(0), at(1));
    restarts.died(at(2), at(3));

    assertThat(restarts.died(at(5), at(15))).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void those_that_die_together_count_as_one() {
    for (int i = 0; i < 10; i++) {
      assertThat(restarts.died(at(0), at(1 + i * 0.01))).isEqualTo(Duration.ofSeconds(1));
    }
    assertThat(restarts.isHopeless()).isFalse();
  }

  @Test
  void it_is_hopeless_when_four_in_a_row_die_young_and_none_ever_lived_long() {
    for (int i = 0; i < Restarts.HOPELESS; i++) {
      assertThat(restarts.isHopeless()).isFalse();
      restarts.died(at(i * 100), at(i * 100 + 1));
    }
    assertThat(restarts.isHopeless()).isTrue();
  }

  @Test
  void it_is_never_hopeless_once_one_was_seen_to_live_long() {
    restarts.lives(Restarts.GROWN);
    for (int i = 0; i < 20; i++) {
      restarts.died(at(i * 100), at(i * 100 + 1));
    }
    assertThat(restarts.isHopeless()).isFalse();
  }
}
