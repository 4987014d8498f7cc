// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.Escape;
import io.millhand.cli.Ids;
import io.millhand.config.GroupStart;
import java.time.DateTimeException;
import java.time.OffsetDateTime;

/** Where a group reads, from a command line. */
final class Starts {

  private Starts() {}

  /** Reads {@code beginning}, {@code now} or {@code $}, an entry id, or a time. */
  static GroupStart parse(String option, String text) {
    return switch (text) {
      case "beginning" -> GroupStart.beginning();
      case "now", "$" -> GroupStart.now();
      default ->
          text.matches("\\d+(-\\d+)?") ? GroupStart.after(Ids.parse(text)) : at(option, text);
    };
  }

  private static GroupStart at(String option, String text) {
    try {
      return GroupStart.at(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      throw CommandFailure.usage(
          "%s is '%s', but must be beginning, now, an entry id, or a time such as 2026-01-31T12:00:00Z"
              .formatted(option, Escape.text(text)));
    }
  }
}
