// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequirementTest {

  private static final ScalingPolicy POLICY =
      ScalingPolicy.DEFAULT.utilisation(0.5).drain(Duration.ofSeconds(100));

  @ParameterizedTest
  @CsvSource({
    // come, one settles, wait -> workers
    "0, 10, 0, 0",
    "10, 10, 0, 2", // busy for half of the time
    "10, 10, 10, 2", // what comes within a second is on its way
    "0, 10, 1000, 1", // 10/s for 100 s
    "10, 10, 1010, 2", // what is spare at half the time drains 10/s
    "10, 10, 3010, 4", // 10/s that come, and 30/s
    "10, 2, 3010, 20"
  })
  void it_is_the_larger_of_keeping_up_and_draining(
      double arrivals, double perWorker, long waiting, double workers) {
    assertThat(Requirement.of(POLICY, arrivals, perWorker, waiting).workers())
        .isCloseTo(workers, within(1e-9));
  }

  @Test
  void the_figures_that_led_to_it_stay_with_it() {
    assertThat(Requirement.of(POLICY, 10, 5, 510)).isEqualTo(new Requirement(4, 10, 5, 500));
  }

  @Test
  void more_of_anything_to_do_never_requires_fewer() {
    for (double arrivals = 0; arrivals < 50; arrivals += 0.5) {
      for (long waiting = 0; waiting < 5000; waiting += 50) {
        var here = Requirement.of(POLICY, arrivals, 7, waiting).workers();
        assertThat(Requirement.of(POLICY, arrivals, 7, waiting + 50).workers())
            .isGreaterThanOrEqualTo(here);
        assertThat(Requirement.of(POLICY, arrivals + 0.5, 7, waiting).workers())
            .isGreaterThanOrEqualTo(here);
      }
    }
  }
}
