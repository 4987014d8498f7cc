// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** Values as the views write them: what is not known is null. */
public final class JsonValues {

  private JsonValues() {}

  /** A text, or null. */
  public static void text(JsonGenerator json, String name, Optional<String> value) {
    json.writeName(name);
    value.ifPresentOrElse(json::writeString, json::writeNull);
  }

  /** A whole number, or null. */
  public static void whole(JsonGenerator json, String name, Optional<Long> value) {
    json.writeName(name);
    value.ifPresentOrElse(json::writeNumber, json::writeNull);
  }

  /** A number with two digits after the point, or null. */
  public static void number(JsonGenerator json, String name, Optional<Double> value) {
    json.writeName(name);
    value
        .map(number -> Math.round(number * 100) / 100.0)
        .ifPresentOrElse(json::writeNumber, json::writeNull);
  }

  static void seconds(JsonGenerator json, String name, Duration value) {
    seconds(json, name, Optional.of(value));
  }

  static void seconds(JsonGenerator json, String name, Optional<Duration> value) {
    json.writeName(name);
    value.map(time -> time.toMillis() / 1000.0).ifPresentOrElse(json::writeNumber, json::writeNull);
  }
}
