// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.Texts;
import io.millhand.inspect.AuditLine;
import io.millhand.inspect.Snapshots.FailureInfo;
import io.millhand.inspect.Stray;
import io.millhand.inspect.Stray.Evidence;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** An entry that an audit names, as a row of a table and as JSON. */
final class StrayText {

  static final List<String> HEAD = List.of("ID", "ADDED", "WHAT TELLS");

  private static final int ERROR_SHOWN = 80;

  private StrayText() {}

  static List<String> row(Stray stray) {
    return List.of(stray.id().toString(), Texts.time(stray.id().time()), words(stray.evidence()));
  }

  private static String words(Evidence evidence) {
    return switch (evidence) {
      case Evidence.Recorded recorded ->
          words(recorded.failure()) + "; then its consumer was deleted, or somebody else acked it";
      case Evidence.Scheduled scheduled ->
          "waited for its due time (%s); then somebody took it: a worker brings it back%s"
              .formatted(
                  scheduled.dueIn().isZero() ? "now" : "in " + Texts.duration(scheduled.dueIn()),
                  scheduled.failure().map(it -> "; " + words(it)).orElse(""));
      case Evidence.GivenUp givenUp -> "acked by hand, %s".formatted(words(givenUp.line()));
      case Evidence.Skipped skipped ->
          "never given out: the group was set forward past it, %s".formatted(words(skipped.line()));
    };
  }

  private static String words(AuditLine line) {
    return "%s by %s".formatted(Texts.time(line.at()), line.who());
  }

  static String words(FailureInfo failure) {
    var last = Texts.time(failure.last());
    return switch (failure.cause()) {
      case FAILED ->
          "failed %s, last %s%s".formatted(times(failure.attempts()), last, error(failure.error()));
      case CRASHED -> "%s died with it, last %s".formatted(Texts.workers(failure.crashes()), last);
      case TAKEN_OVER -> "taken over from a client of another kind, " + last;
      case PUT_BACK -> "put back by hand, " + last;
    };
  }

  private static String times(long count) {
    return count == 1 ? "once" : Texts.count(count) + " times";
  }

  private static String error(String text) {
    return text.isEmpty() ? "" : ": " + Texts.cut(text, ERROR_SHOWN);
  }

  static void json(JsonGenerator json, Stray stray) {
    json.writeStartObject();
    json.writeStringProperty("id", stray.id().toString());
    switch (stray.evidence()) {
      case Evidence.Recorded recorded -> {
        json.writeStringProperty("evidence", "recorded");
        json(json, Optional.of(recorded.failure()));
      }
      case Evidence.Scheduled scheduled -> {
        json.writeStringProperty("evidence", "scheduled");
        JsonValues.seconds(json, "dueInSeconds", Optional.of(scheduled.dueIn()));
        json(json, scheduled.failure());
      }
      case Evidence.GivenUp givenUp -> json(json, "given-up", givenUp.line());
      case Evidence.Skipped skipped -> json(json, "skipped", skipped.line());
    }
    json.writeEndObject();
  }

  private static void json(JsonGenerator json, String evidence, AuditLine line) {
    json.writeStringProperty("evidence", evidence);
    json.writeStringProperty("at", line.at().toString());
    json.writeStringProperty("who", line.who());
    json.writeStringProperty("auditLine", line.id().toString());
  }

  private static void json(JsonGenerator json, Optional<FailureInfo> failure) {
    failure.ifPresent(
        it -> {
          json.writeNumberProperty("attempts", it.attempts());
          json.writeNumberProperty("crashes", it.crashes());
          json.writeStringProperty("cause", cause(it));
          json.writeStringProperty("lastFailed", it.last().toString());
          json.writeStringProperty("lastError", it.error());
        });
  }

  /** {@code taken-over}. */
  static String cause(FailureInfo failure) {
    return switch (failure.cause()) {
      case FAILED -> "failed";
      case CRASHED -> "crashed";
      case TAKEN_OVER -> "taken-over";
      case PUT_BACK -> "put-back";
    };
  }
}
