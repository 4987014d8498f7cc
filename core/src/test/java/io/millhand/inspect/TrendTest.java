// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.inspect.Trend.Watched;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrendTest {

  private final Trend trend = new Trend(ofSeconds(10));

  private Watched look(long second, Groups group) {
    return trend
        .add(List.of(group.snapshot()), Long.MAX_VALUE + ofSeconds(second).toNanos())
        .get(0);
  }

  private static Groups at(long added) {
    return new Groups().workers(1).added(added).read(added);
  }

  @Test
  void the_first_look_has_no_flow() {
    assertThat(look(0, at(100)).flow()).isEmpty();
  }

  @Test
  void later_looks_are_held_against_one_that_is_as_old_as_the_window() {
    look(0, at(0));
    assertThat(look(1, at(10)).flow().orElseThrow().window()).isEqualTo(ofSeconds(1));
    look(6, at(60));
    assertThat(look(11, at(110)).flow().orElseThrow().window()).isEqualTo(ofSeconds(10));
    var flow = look(16, at(160)).flow().orElseThrow();
    assertThat(flow.window()).isEqualTo(ofSeconds(10));
    assertThat(flow.addedPerSecond()).contains(10.0);
  }

  @Test
  void a_group_that_was_away_begins_anew() {
    look(0, at(0));
    trend.add(List.of(), Long.MAX_VALUE + ofSeconds(1).toNanos());
    assertThat(look(2, at(20)).flow()).isEmpty();
  }
}
