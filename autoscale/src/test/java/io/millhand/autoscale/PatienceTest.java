// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatienceTest {

  @ParameterizedTest
  @CsvSource({"4, 4", "4.0000000001, 4", "4.001, 5"})
  void what_a_division_leaves_behind_the_point_is_no_worker(double required, int workers) {
    var urgent = new Patience.State(Duration.ofHours(1), Duration.ofHours(1), 1, true, 0);

    assertThat(new Patience().wanted(required, urgent)).isEqualTo(workers);
  }
}
