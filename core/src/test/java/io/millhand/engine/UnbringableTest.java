// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import static io.millhand.engine.Unbringable.PATIENCE;
import static io.millhand.engine.Unbringable.WAIT_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.EntryId;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnbringableTest {

  private static final long START = Long.MAX_VALUE - 5; // it wraps around meanwhile
  private static final EntryId ID = new EntryId(1_000, 0);
  private static final EntryId OTHER = new EntryId(1_000, 1);

  private final Unbringable unbringable = new Unbringable();

  private static long later(long nanos) {
    return START + nanos;
  }

  private void failOften() {
    for (int i = 1; i < PATIENCE; i++) {
      assertThat(unbringable.failed(ID, START)).isFalse();
    }
    assertThat(unbringable.failed(ID, START)).isTrue();
  }

  @Test
  void a_connection_that_breaks_once_or_twice_says_nothing_of_an_entry() {
    assertThat(unbringable.failed(ID, START)).isFalse();
    assertThat(unbringable.failed(ID, START)).isFalse();
    assertThat(unbringable.waits(ID, START)).isFalse();
  }

  @Test
  void an_entry_over_which_it_breaks_again_and_again_is_told_and_left_alone_for_a_while() {
    failOften();
    assertThat(unbringable.waits(ID, later(WAIT_NANOS - 1))).isTrue();
    assertThat(unbringable.waits(ID, later(WAIT_NANOS))).isFalse();
    assertThat(unbringable.waits(OTHER, START)).isFalse();
  }

  @Test
  void after_the_while_it_is_tried_once_and_then_left_alone_again() {
    failOften();
    assertThat(unbringable.failed(ID, later(WAIT_NANOS))).isTrue();
    assertThat(unbringable.waits(ID, later(WAIT_NANOS + 1))).isTrue();
  }

  @Test
  void an_entry_that_came_is_an_entry_like_any_other() {
    failOften();
    unbringable.forget(List.of(ID));
    assertThat(unbringable.waits(ID, START)).isFalse();
    assertThat(unbringable.failed(ID, START)).isFalse();
  }
}
