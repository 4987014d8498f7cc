// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FleetSizesTest {

  private final FleetSizes sizes = new FleetSizes();

  @Test
  void there_is_a_bar_for_every_other_second_and_the_largest_is_full() {
    var fleet = new int[] {1, 1, 1, 4, 4, 8, 8, 8, 2, 2};
    for (int i = 0; i < fleet.length; i++) {
      sizes.learn(Duration.ofSeconds(i), fleet[i]);
    }
    assertThat(sizes.picture()).isEqualTo("▁▁▄█▂");
  }

  @Test
  void nobody_is_no_bar() {
    sizes.learn(Duration.ZERO, 0);

    assertThat(sizes.picture()).isEqualTo(" ");
  }

  @Test
  void it_fits_on_a_line_however_long_it_takes() {
    for (int i = 0; i < 1000; i++) {
      sizes.learn(Duration.ofSeconds(i), 1);
    }
    assertThat(sizes.picture()).hasSize(50).containsOnlyOnce("█".repeat(50));
  }
}
