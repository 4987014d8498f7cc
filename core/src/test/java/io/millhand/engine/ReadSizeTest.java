// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadSizeTest {

  private final ReadSize size = new ReadSize(500);

  @Test
  void at_first_as_many_are_asked_for_as_there_is_room_for() {
    assertThat(size.of(64)).isEqualTo(64);
    assertThat(size.of(5_000)).isEqualTo(500);
  }

  @Test
  void when_reads_break_their_connections_soon_one_at_a_time_is_asked_for_and_never_none() {
    for (int i = 0; i < 5; i++) {
      size.broke();
    }
    assertThat(size.of(64)).isEqualTo(1);
    size.broke();
    assertThat(size.of(64)).isEqualTo(1);
  }

  @Test
  void when_entries_come_again_more_are_asked_for_up_to_the_first_number() {
    size.broke();
    size.came();
    assertThat(size.of(500)).isBetween(126, 250);
    for (int i = 0; i < 40; i++) {
      size.came();
    }
    assertThat(size.of(5_000)).isEqualTo(500);
  }
}
