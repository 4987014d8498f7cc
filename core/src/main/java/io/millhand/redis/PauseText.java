// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.delivery.GroupPause;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A group's pause as it is stored: lines {@code key=value}. */
final class PauseText {

  /** Its field beside the registrations. */
  static final String FIELD = "~paused";

  private PauseText() {}

  /** Reads it; what is there, but cannot be read, is a pause all the same. */
  static Optional<GroupPause> parse(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> values = new HashMap<>();
    text.lines()
        .filter(line -> line.indexOf('=') > 0)
        .forEach(
            line ->
                values.put(
                    line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
    var since = values.getOrDefault("since", "");
    return Optional.of(
        new GroupPause(
            values.getOrDefault("who", "?"),
            Instant.ofEpochMilli(since.matches("\\d{1,15}") ? Long.parseLong(since) : 0),
            values.getOrDefault("why", "")));
  }

  /** So that it is one value of one line. */
  static String line(String text) {
    return text.replaceAll("\\R", " ");
  }
}
