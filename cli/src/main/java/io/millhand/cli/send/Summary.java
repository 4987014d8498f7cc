// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.send;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.Escape;
import io.millhand.cli.ExitCode;
import io.millhand.cli.Json;
import io.millhand.error.MillhandException;
import io.millhand.error.NotDurableException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * What is said of a sending that has ended.
 *
 * @param stream where it was sent to
 * @param report what came of it
 * @param took how long it took
 */
record Summary(String stream, Sending.Report report, Duration took) {

  /** For people; empty where the failure says it all. */
  Optional<String> words(SendCommand.Amount amount) {
    var window = report.window();
    if (failure().isPresent()) {
      return Optional.empty();
    }
    if (amount == SendCommand.Amount.ONE && window.first().isPresent()) {
      return Optional.of(window.first().get().toString());
    }
    var ids =
        window
            .first()
            .map(first -> ", ids %s to %s".formatted(first, window.last().orElse(first)))
            .orElse("");
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%s added to %s in %.1f s (%,.0f/s)%s%s",
            entries(window.added()),
            Escape.text(stream),
            took.toMillis() / 1000.0,
            window.added() * 1e9 / Math.max(1, took.toNanos()),
            ids,
            skipped()));
  }

  private static String entries(long count) {
    return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? "entry" : "entries");
  }

  private String skipped() {
    return report.skipped() == 0
        ? ""
        : String.format(
            Locale.ROOT,
            "; %,d bad %s skipped",
            report.skipped(),
            report.skipped() == 1 ? "line" : "lines");
  }

  /** For scripts: one line. */
  String json() {
    var window = report.window();
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeStringProperty("stream", stream);
          json.writeNumberProperty("added", window.added());
          json.writeNumberProperty("uncertain", window.uncertain());
          json.writeNumberProperty("notDurable", window.notDurable());
          json.writeNumberProperty("skipped", report.skipped());
          json.writeStringProperty("first", window.first().map(Object::toString).orElse(null));
          json.writeStringProperty("last", window.last().map(Object::toString).orElse(null));
          json.writeNumberProperty("seconds", took.toMillis() / 1000.0);
          var line = failedLine();
          json.writeName("failedLine");
          line.ifPresentOrElse(json::writeNumber, json::writeNull);
          json.writeStringProperty("error", failure().map(Throwable::getMessage).orElse(null));
          json.writeEndObject();
        });
  }

  private Optional<Long> failedLine() {
    return report
        .window()
        .failure()
        .map(Window.Failure::line)
        .or(() -> report.bad().map(EntrySource.Item.Bad::line));
  }

  /** Why not all was added. */
  Optional<CommandFailure> failure() {
    var failed = report.window().failure();
    if (failed.isPresent()) {
      return Optional.of(notAdded(failed.get()));
    }
    if (report.bad().isPresent()) {
      var bad = report.bad().get();
      return Optional.of(
          new CommandFailure(
              ExitCode.FAILED,
              "line %d is no entry: %s. %s, all before that line%s. (--skip-bad-lines goes on after such lines.)"
                  .formatted(bad.line(), Escape.text(bad.why()), added(), skipped())));
    }
    if (report.signal() != 0) {
      return Optional.of(
          new CommandFailure(
              ExitCode.SIGNAL + report.signal(),
              "stopped by a signal. %s%s.".formatted(added(), skipped())));
    }
    return Optional.empty();
  }

  private String added() {
    var count = report.window().added();
    return entries(count) + (count == 1 ? " was" : " were") + " added to " + Escape.text(stream);
  }

  private CommandFailure notAdded(Window.Failure failed) {
    var before = failed.number() - 1;
    var after = report.window().added() - before;
    var uncertain = report.window().uncertain();
    var inDanger = report.window().notDurable();
    var message =
        "line %d was %s: %s%n%s: all before that line%s%s%s%s."
            .formatted(
                failed.line(),
                failed.cause() instanceof NotDurableException
                    ? "added, but not durably"
                    : "not added",
                failed.cause().getMessage(),
                added(),
                after > 0 ? ", and %s after it".formatted(entries(after)) : "",
                inDanger > 0 ? "; %s added, but not durably".formatted(entries(inDanger)) : "",
                uncertain > 0 ? "; %s may have been added".formatted(entries(uncertain)) : "",
                skipped());
    var code =
        failed.cause() instanceof MillhandException known ? ExitCode.of(known) : ExitCode.FAILED;
    return new CommandFailure(code, message, failed.cause());
  }
}
