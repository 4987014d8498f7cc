// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.EntryId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonTest {

  private record Sample(EntryId id, Duration pause, Instant at, Optional<String> none) {}

  @Test
  void a_record_becomes_an_object_with_times_as_text_and_durations_in_seconds() {
    var sample =
        new Sample(
            new EntryId(1, 2),
            Duration.ofMillis(1500),
            Instant.EPOCH.plusMillis(1),
            Optional.empty());
    assertThat(Json.of(sample))
        .isEqualTo(
            "{\"id\":\"1-2\",\"pause\":1.5,\"at\":\"1970-01-01T00:00:00.001Z\",\"none\":null}");
  }

  @Test
  void what_a_terminal_would_obey_is_escaped_in_json_too() {
    assertThat(Json.of("\u001b\u007f\u009b\u202e é😀"))
        .isEqualTo("\"\\u001B\\u007F\\u009b\\u202e é😀\"");
    assertThat(Json.write(json -> json.writeString("\u009b"))).isEqualTo("\"\\u009b\"");
  }
}
