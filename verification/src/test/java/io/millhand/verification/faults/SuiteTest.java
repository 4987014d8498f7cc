// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The rows of this module. */
class SuiteTest {

  private final Suite suite = Suite.find();

  @Test
  void every_row_has_an_id_a_fault_and_a_bound() {
    assertThat(suite.cases())
        .isNotEmpty()
        .allSatisfy(
            row -> {
              assertThat(row.rows()).isNotEmpty();
              assertThat(row.rows()).allMatch(id -> id.matches("[WRNHPCMO][1-9]\\d?|SOAK"));
              assertThat(row.fault()).isNotBlank();
              assertThat(row.bound()).isNotBlank();
            });
  }

  @Test
  void a_row_is_a_plain_test_whose_one_seed_is_the_trials() {
    assertThat(suite.cases()).allSatisfy(row -> assertThat(row.uniqueId()).contains("/[method:"));
  }

  @Test
  void the_full_set_has_the_short_one_and_neither_has_the_soak() {
    var full = suite.of(RowSet.FULL).cases();
    assertThat(full).containsAll(suite.of(RowSet.SHORT).cases());
    assertThat(full).extracting(Case::set).doesNotContain(RowSet.SOAK);
  }
}
