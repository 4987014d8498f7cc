// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Held against the arithmetic of the controller itself, for a target of 1 on an average. */
class HpaValueTest {

  private static final int MOST = 200;

  /** Up to Kubernetes 1.32: {@code math.Abs(1.0-ratio) > tolerance}. */
  private static int byDifference(int value, int replicas) {
    var ratio = value * 1000.0 / (1000.0 * replicas);
    return Math.abs(1.0 - ratio) > 0.1 ? (int) Math.ceil(value * 1000.0 / 1000.0) : replicas;
  }

  /** Since 1.33: {@code 1.0-down <= ratio && ratio <= 1.0+up}. */
  private static int byBand(int value, int replicas) {
    var ratio = value * 1000.0 / (1000.0 * replicas);
    return 1.0 - 0.1 <= ratio && ratio <= 1.0 + 0.1
        ? replicas
        : (int) Math.ceil(value * 1000.0 / 1000.0);
  }

  @Test
  void the_trap_is_there_at_eleven_workers_a_need_of_twelve_is_ignored() {
    assertThat(byDifference(12, 11)).isEqualTo(11);
    assertThat(byBand(12, 11)).isEqualTo(11);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "1, 0, 1",
    "12, 0, 12",
    "2, 1, 2",
    "10, 9, 10",
    "11, 10, 12",
    "12, 11, 13",
    "13, 11, 13",
    "22, 20, 23",
    "101, 100, 111",
    "11, 11, 11",
    "10, 11, 10",
    "0, 50, 0"
  })
  void the_value_is_the_need_or_the_least_beyond_the_tolerance(int need, int ready, int value) {
    assertThat(HpaValue.of(need, ready)).isEqualTo(value);
  }

  @Test
  void whatever_more_is_needed_the_controller_of_any_version_acts() {
    for (int ready = 1; ready <= MOST; ready++) {
      for (int need = ready + 1; need <= MOST; need++) {
        var value = HpaValue.of(need, ready);
        assertThat(byDifference(value, ready)).as("%d at %d", need, ready).isEqualTo(value);
        assertThat(byBand(value, ready)).as("%d at %d", need, ready).isEqualTo(value);
      }
    }
  }

  @Test
  void it_is_the_need_wherever_the_controller_would_act_on_that_or_nothing_is_to_be_added() {
    for (int ready = 0; ready <= MOST; ready++) {
      for (int need = 0; need <= MOST; need++) {
        var value = HpaValue.of(need, ready);
        if (need <= ready || byBand(need, Math.max(1, ready)) == need) {
          assertThat(value).as("%d at %d", need, ready).isEqualTo(need);
        } else {
          assertThat(byBand(value - 1, ready)).as("%d at %d", need, ready).isEqualTo(ready);
        }
      }
    }
  }

  @Test
  void more_needed_is_never_published_as_less_and_never_below_0() {
    for (int ready = 0; ready <= MOST; ready++) {
      var before = 0;
      for (int need = 0; need <= MOST; need++) {
        var value = HpaValue.of(need, ready);
        assertThat(value).as("%d at %d", need, ready).isGreaterThanOrEqualTo(need);
        assertThat(value).as("%d at %d", need, ready).isGreaterThanOrEqualTo(before);
        before = value;
      }
    }
  }

  @Test
  void the_controller_that_obeys_comes_to_rest_with_the_need_or_a_tenth_above() {
    for (int need = 1; need <= MOST; need++) {
      for (int from = 1; from <= MOST; from++) {
        var there = from;
        for (int turn = 0; turn < 3; turn++) {
          there = byBand(HpaValue.of(need, there), there);
        }
        assertThat(there).as("%d from %d", need, from).isBetween(need, need + 1 + need / 9);
        assertThat(byBand(HpaValue.of(need, there), there)).isEqualTo(there);
      }
    }
  }
}
