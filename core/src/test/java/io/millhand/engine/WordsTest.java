// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0 ms",
    "PT0.4S, 400 ms",
    "PT0.999999S, 999 ms",
    "PT1S, 1 s",
    "PT1.5S, 1.5 s",
    "PT2S, 2 s",
    "PT10S, 10 s",
    "PT1H, 3600 s",
  })
  void a_time_has_a_unit_that_people_use(Duration time, String text) {
    assertThat(Words.time(time)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0, 0 entries wait", "1, 1 entry waits", "2, 2 entries wait"})
  void one_is_not_told_as_many(long count, String text) {
    assertThat(Words.count(count, "entry waits", "entries wait")).isEqualTo(text);
  }

  @Test
  void a_sentence_ends_with_one_full_stop() {
    assertThat(Words.sentence("it broke")).isEqualTo("it broke.");
    assertThat(Words.sentence("It broke.")).isEqualTo("It broke.");
  }
}
