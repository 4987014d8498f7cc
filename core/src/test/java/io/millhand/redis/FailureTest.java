// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.redis.Failure.Why;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailureTest {

  private static Failure parse(String text) {
    return Failure.parse(text.getBytes(UTF_8));
  }

  @Test
  void a_record_is_read_part_by_part() {
    assertThat(parse("3 1 1000 2000 f java.io.IOException: no route 1 2 3"))
        .isEqualTo(
            new Failure(3, 1, 1000, 2000, Why.FAILED, "java.io.IOException: no route 1 2 3"));
  }

  @ParameterizedTest
  @EnumSource
  void each_reason_has_a_letter_of_its_own(Why why) {
    assertThat(parse("0 0 1 1 " + why.letter() + " ").why()).isEqualTo(why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1 0 5 6 c", "1 0 5 6 c "})
  void a_record_may_be_without_an_error(String text) {
    assertThat(parse(text)).isEqualTo(new Failure(1, 0, 5, 6, Why.CRASHED, ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "garbage",
        "1",
        "1 2 3 4",
        "1 2 3 4 ",
        "a 0 1 1 f x",
        "1 0 x 1 f x",
        "99999999999 0 1 1 f x",
        "1  0 1 1 f x"
      })
  void what_cannot_be_read_counts_as_nothing(String text) {
    assertThat(parse(text)).isEqualTo(Failure.NONE);
  }

  @Test
  void no_record_is_nothing() {
    assertThat(Failure.parse(null)).isEqualTo(Failure.NONE);
    assertThat(Failure.parse(new byte[] {(byte) 0xff, 0, ' '})).isEqualTo(Failure.NONE);
  }

  @Test
  void a_letter_that_a_later_version_may_write_is_a_failure() {
    assertThat(parse("1 0 5 6 z x").why()).isEqualTo(Why.FAILED);
  }

  @Test
  void a_short_error_is_kept_on_one_line() {
    assertThat(Failure.clip("  no\n\troute \r\n to   host ")).isEqualTo("no route to host");
    assertThat(Failure.clip("")).isEmpty();
  }

  @Test
  void a_long_error_is_cut_to_200_bytes() {
    assertThat(Failure.clip("x".repeat(200))).hasSize(200);
    assertThat(Failure.clip("x".repeat(201))).isEqualTo("x".repeat(200));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00fc", "\u20ac", "\ud83d\ude00"})
  void a_cut_never_falls_within_a_character(String character) {
    for (int shift = 0; shift < 4; shift++) {
      var clipped = Failure.clip("x".repeat(shift) + character.repeat(200));

      assertThat(clipped.getBytes(UTF_8).length).isBetween(197, 200);
      assertThat("x".repeat(shift) + character.repeat(200)).startsWith(clipped);
    }
  }
}
