// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.inspect.Lag;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextsTest {

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0 ms",
    "PT0.12S, 120 ms",
    "PT12.9S, 12 s",
    "PT5M, 5 min",
    "PT5M2S, 5 min 2 s",
    "PT2H, 2 h",
    "PT2H5M9S, 2 h 5 min",
    "PT76H, 3 d 4 h"
  })
  void a_duration_is_told_in_its_two_largest_units(Duration duration, String text) {
    assertThat(Texts.duration(duration)).isEqualTo(text);
  }

  @Test
  void a_lag_that_redis_cannot_tell_is_never_shown_as_exact() {
    assertThat(Texts.lag(new Lag.Exactly(12_345))).isEqualTo("12,345");
    assertThat(Texts.lag(new Lag.AtLeast(10_000))).isEqualTo("≥ 10,000");
  }

  @Test
  void a_text_is_cut_between_characters() {
    assertThat(Texts.cut("abc", 3)).isEqualTo("abc");
    assertThat(Texts.cut("abcd", 3)).isEqualTo("ab…");
    assertThat(Texts.cut("a😀😀😀", 3)).isEqualTo("a😀…");
  }
}
