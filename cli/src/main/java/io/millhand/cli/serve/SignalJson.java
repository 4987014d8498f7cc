// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.autoscale.Advice.Need;
import io.millhand.autoscale.Advice.Unknown;
import io.millhand.cli.Json;
import io.millhand.cli.autoscale.Signal;
import io.millhand.cli.view.JsonValues;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import tools.jackson.core.JsonGenerator;

/** What was decided of a group, and from what, as JSON; what is not known is null. */
final class SignalJson {

  private SignalJson() {}

  static String of(Signal signal) {
    return Json.write(
        json -> {
          json.writeStartObject();
          write(json, signal);
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, Signal signal) {
    json.writeStringProperty("stream", signal.stream());
    json.writeStringProperty("group", signal.group());
    json.writeStringProperty("at", signal.at().toString());
    JsonValues.whole(
        json,
        "workers",
        switch (signal.advice()) {
          case Need need -> Optional.of((long) need.workers());
          case Unknown unknown -> Optional.empty();
        });
    json.writeStringProperty("reason", signal.advice().reason());
    json.writeNumberProperty("ready", signal.ready());
    json.writeBooleanProperty("hasWork", signal.hasWork());
    json.writeNumberProperty("pending", signal.pending());
    JsonValues.whole(json, "lag", boxed(signal.lag()));
    JsonValues.whole(json, "backlog", boxed(signal.backlog()));
    JsonValues.number(json, "oldestSeconds", boxed(signal.oldestSeconds()));
    JsonValues.number(json, "drainSeconds", boxed(signal.drainSeconds()));
    JsonValues.number(json, "utilisation", boxed(signal.utilisation()));
  }

  private static Optional<Long> boxed(OptionalLong value) {
    return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
  }

  private static Optional<Double> boxed(OptionalDouble value) {
    return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
  }
}
