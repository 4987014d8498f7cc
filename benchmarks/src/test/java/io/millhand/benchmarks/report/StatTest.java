// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatTest {

  @Test
  void of_an_odd_number_the_median_is_the_one_in_the_middle() {
    assertThat(Stat.of(List.of(30.0, 10.0, 20.0))).isEqualTo(new Stat(10, 20, 30, 3));
  }

  @Test
  void of_an_even_number_the_median_is_the_mean_of_the_two_in_the_middle() {
    assertThat(Stat.of(List.of(40.0, 10.0, 20.0, 30.0)).median()).isEqualTo(25);
  }

  @Test
  void one_value_is_all_three() {
    assertThat(Stat.of(List.of(5.0))).isEqualTo(new Stat(5, 5, 5, 1));
  }

  @Test
  void the_spread_is_a_share_of_the_median() {
    assertThat(Stat.of(List.of(90.0, 100.0, 120.0)).spread()).isEqualTo(0.3);
    assertThat(Stat.of(List.of(0.0, 0.0)).spread()).isZero();
  }

  @Test
  void there_is_none_of_nothing() {
    assertThatIllegalArgumentException().isThrownBy(() -> Stat.of(List.of()));
  }
}
