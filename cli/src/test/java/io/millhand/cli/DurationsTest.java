// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationsTest {

  @ParameterizedTest
  @CsvSource({
    "250ms, PT0.25S",
    "2s, PT2S",
    "1.5m, PT1M30S",
    "3H, PT3H",
    "7d, PT168H",
    "1h30m, PT1H30M",
    "0, PT0S",
    "PT5S, PT5S"
  })
  void durations_are_read_as_people_write_them(String text, Duration duration) {
    assertThat(new Durations().convert(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "-1s", "5 s", "1y", "s", "99999999999999999999d", "1s\u001b[0m"})
  void what_is_no_duration_is_refused_in_words(String text) {
    assertThatThrownBy(() -> new Durations().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("such as 250ms")
        .message()
        .doesNotContain("\u001b");
  }

  @ParameterizedTest
  @CsvSource({"PT0S, 0s", "PT0.25S, 250ms", "PT1M30S, 1m30s", "PT49H, 2d1h"})
  void durations_are_written_as_they_are_read(Duration duration, String text) {
    assertThat(Durations.format(duration)).isEqualTo(text);
    assertThat(new Durations().convert(text)).isEqualTo(duration);
  }
}
