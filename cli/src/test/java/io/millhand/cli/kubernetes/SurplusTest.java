// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SurplusTest {

  private static final Map<String, Long> FLEET = Map.of("a", 3L, "b", 0L, "c", 9L, "d", 0L);

  @Test
  void those_that_hold_the_least_can_be_spared() {
    assertThat(Surplus.of(FLEET, 3, Set.of())).containsExactly("b");
    assertThat(Surplus.of(FLEET, 2, Set.of())).containsExactlyInAnyOrder("b", "d");
    assertThat(Surplus.of(FLEET, 1, Set.of())).containsExactlyInAnyOrder("a", "b", "d");
  }

  @Test
  void who_was_chosen_stays_chosen() {
    assertThat(Surplus.of(FLEET, 3, Set.of("c", "gone"))).containsExactly("c");
    assertThat(Surplus.of(FLEET, 2, Set.of("c"))).containsExactlyInAnyOrder("c", "b");
  }

  @Test
  void none_can_be_spared_where_all_are_needed_and_more() {
    assertThat(Surplus.of(FLEET, 4, Set.of("a"))).isEmpty();
    assertThat(Surplus.of(FLEET, 9, Set.of("a"))).isEmpty();
    assertThat(Surplus.of(Map.of(), 0, Set.of())).isEmpty();
  }

  @Test
  void a_pod_that_works_for_two_groups_is_spared_by_both_or_stays() {
    var fleets = List.of(Set.of("a", "b", "c"), Set.of("b", "c"));

    assertThat(Surplus.ofAll(fleets, List.of(Set.of("a", "b"), Set.of()))).containsExactly("a");
    assertThat(Surplus.ofAll(fleets, List.of(Set.of("b"), Set.of("b", "c")))).containsExactly("b");
  }
}
