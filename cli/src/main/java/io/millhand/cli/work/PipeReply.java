// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import io.millhand.cli.Durations;
import io.millhand.cli.Json;
import io.millhand.delivery.Outcome;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/**
 * A line that a child of {@code --pipe} answers with.
 *
 * @param id of the entry
 * @param outcome how to settle it
 */
record PipeReply(String id, Outcome outcome) {

  private static final Duration LONGEST = Duration.ofDays(365);

  /** A line that is no reply; the message says why. */
  static final class Unreadable extends Exception {
    @java.io.Serial private static final long serialVersionUID = 1L;

    Unreadable(String message) {
      super(message);
    }
  }

  /** What stands in the line, before it is judged. Filled by one call of {@link #read}. */
  private static final class Draft {
    private @Nullable String id;
    private @Nullable String outcome;
    private @Nullable String reason;
    private @Nullable Duration after;
  }

  /** Reads a line; an outcome that does not exist fails the entry. */
  static PipeReply parse(String line) throws Unreadable {
    var draft = read(line);
    if (draft.id == null) {
      throw new Unreadable("it has no \"id\"");
    }
    return new PipeReply(draft.id, outcome(draft));
  }

  private static Draft read(String line) throws Unreadable {
    var draft = new Draft();
    try (var json = Json.factory().createParser(ObjectReadContext.empty(), line)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new Unreadable("it is not a JSON object");
      }
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        var name = json.currentName();
        json.nextToken();
        take(draft, name, json);
      }
    } catch (JacksonException e) {
      throw new Unreadable("it is not JSON: " + e.getOriginalMessage());
    }
    return draft;
  }

  private static void take(Draft draft, String name, JsonParser json) throws Unreadable {
    switch (name) {
      case "id" -> draft.id = json.getValueAsString();
      case "outcome" -> draft.outcome = json.getValueAsString();
      case "reason" -> draft.reason = json.getValueAsString();
      case "after" -> draft.after = duration(json);
      default -> json.skipChildren();
    }
  }

  private static Duration duration(JsonParser json) throws Unreadable {
    try {
      var after =
          json.currentToken().isNumeric()
              ? Duration.ofMillis(
                  json.getDecimalValue()
                      .min(BigDecimal.valueOf(LONGEST.toSeconds()))
                      .movePointRight(3)
                      .longValue())
              : new Durations().convert(json.getString());
      return after.isNegative() ? Duration.ZERO : after.compareTo(LONGEST) > 0 ? LONGEST : after;
    } catch (TypeConversionException | ArithmeticException e) {
      throw new Unreadable(
          "\"after\" is neither a number of seconds nor a duration such as \"30s\"");
    }
  }

  private static Outcome outcome(Draft draft) {
    var failure = new HandlerFailure(draft.reason == null ? "no reason given" : draft.reason);
    return switch (String.valueOf(draft.outcome)) {
      case "ack" -> Outcome.ack();
      case "retry" ->
          draft.after == null ? Outcome.failed(failure) : Outcome.failed(failure, draft.after);
      case "defer" -> Outcome.defer(draft.after == null ? Duration.ZERO : draft.after);
      case "dead" -> Outcome.dead(String.valueOf(failure.getMessage()));
      default ->
          Outcome.failed(
              new HandlerFailure(
                  "the child answered with the unknown outcome \"%s\"".formatted(draft.outcome)));
    };
  }
}
