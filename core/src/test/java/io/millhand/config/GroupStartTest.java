// SPDX-License-Identifier: Apache-2.0
package io.millhand.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.EntryId;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class GroupStartTest {

  @Test
  void a_start_is_written_as_redis_wants_it() {
    assertThat(GroupStart.beginning().argument()).isEqualTo("0-0");
    assertThat(GroupStart.now().argument()).isEqualTo("$");
    assertThat(GroupStart.after(new EntryId(5, 3)).argument()).isEqualTo("5-3");
  }

  @Test
  void a_start_at_a_time_includes_what_was_added_at_that_instant() {
    assertThat(GroupStart.at(Instant.ofEpochMilli(5)).argument())
        .isEqualTo("4-18446744073709551615");
    assertThat(GroupStart.at(Instant.EPOCH).argument()).isEqualTo("0-0");
    assertThat(GroupStart.at(Instant.EPOCH.minusSeconds(1)).argument()).isEqualTo("0-0");
  }
}
