// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.delivery.EntryId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamConstraintsException;

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

  @ParameterizedTest
  @MethodSource("bombs")
  void what_is_nested_too_deep_or_a_number_without_end_is_refused(String bomb) {
    assertThatThrownBy(() -> Json.tree(bomb)).isInstanceOf(StreamConstraintsException.class);
    assertThatThrownBy(() -> Json.tree(bomb.getBytes(UTF_8)))
        .isInstanceOf(StreamConstraintsException.class);
    assertThatThrownBy(
            () -> {
              try (var json = Json.factory().createParser(ObjectReadContext.empty(), bomb)) {
                json.nextToken();
                json.skipChildren();
              }
            })
        .isInstanceOf(StreamConstraintsException.class);
  }

  static Stream<Named<String>> bombs() {
    return Stream.of(
        Named.of("arrays", "[".repeat(10_000)),
        Named.of("objects", "{\"a\":".repeat(10_000)),
        Named.of("a number", "[" + "9".repeat(10 << 20) + "]"));
  }
}
