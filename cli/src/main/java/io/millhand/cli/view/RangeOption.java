// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.Durations;
import io.millhand.cli.Escape;
import io.millhand.cli.Ids;
import io.millhand.delivery.EntryId;
import io.millhand.inspect.Inspector;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** A part of a stream. A mixin. */
final class RangeOption {

  private static final EntryId LAST = new EntryId(Long.MAX_VALUE, Long.MAX_VALUE);

  @Option(
      names = "--from",
      paramLabel = "WHERE",
      description =
          "Begin there: an entry id, a time such as 2026-01-31T12:00:00Z, or an age such as 10m.")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "WHERE", description = "End there; see --from.")
  private @Nullable String to;

  boolean isFrom() {
    return from != null;
  }

  /** The lowest id, where one is given. */
  Optional<EntryId> from(Inspector inspector) {
    return Optional.ofNullable(from).map(text -> parse("--from", text, inspector));
  }

  /** The highest id. */
  EntryId to(Inspector inspector) {
    return Optional.ofNullable(to).map(text -> parse("--to", text, inspector)).orElse(LAST);
  }

  private static EntryId parse(String option, String text, Inspector inspector) {
    if (text.matches("\\d+(-\\d+)?")) {
      return Ids.parse(text);
    }
    try {
      return EntryId.at(time(text, inspector));
    } catch (DateTimeException | TypeConversionException e) {
      throw CommandFailure.usage(
          "%s is '%s', but must be an entry id, a time such as 2026-01-31T12:00:00Z, or an age such as 10m"
              .formatted(option, Escape.text(text)));
    }
  }

  private static Instant time(String text, Inspector inspector) {
    return text.contains("T")
        ? OffsetDateTime.parse(text).toInstant()
        : inspector.serverTime().minus(new Durations().convert(text));
  }
}
