// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.Escape;
import io.millhand.cli.ExitCode;
import io.millhand.cli.GroupArgument;
import io.millhand.cli.Json;
import io.millhand.cli.LimitOption;
import io.millhand.cli.LiveLine;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.Texts;
import io.millhand.inspect.AuditReport;
import io.millhand.inspect.Inspector;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import io.millhand.inspect.Stray;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millhand audit}. */
@Command(
    name = "audit",
    description = {
      "Look for entries that a group was given, that are not pending, and that were never handled,",
      "as far as something tells.",
      ""
    },
    footer = {
      "",
      "Redis keeps no record of an ack. What tells: a record of failures, or a due time, that nobody",
      "removed (a worker does, with its ack or its dead letter; the record stays for a day); an ack or",
      "a group set-id in the stream's audit log. So nothing tells of an entry that had not failed when",
      "somebody deleted its consumer; and a client of another kind that takes an entry over and acks",
      "it leaves the same record. A handler that still has such an entry may yet succeed.",
      "",
      "To have entries delivered again: millhand redeliver. Exit code 5 when any were found."
    })
public final class AuditCommand implements Callable<Integer> {

  private static final int MOST = 10_000;
  private static final int NAMED_IN_COMMAND = 3;

  @Mixin private GroupArgument target = new GroupArgument();
  @Mixin private LimitOption limit = new LimitOption();
  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public AuditCommand() {}

  @Override
  public Integer call() {
    var stream = target.stream();
    var most = limit.within(1, MOST, LimitOption.LINES);
    try (var millhand = redis.connect();
        var inspector = millhand.inspector()) {
      var found = false;
      for (var group : groups(inspector, stream)) {
        var report = audit(inspector, stream, group, most);
        if (output.isJson()) {
          output.line(json(report));
        } else {
          print(report);
        }
        found |= report.hasStrays();
      }
      return found ? ExitCode.FINDINGS : ExitCode.OK;
    }
  }

  private List<String> groups(Inspector inspector, String stream) {
    return target
        .maybeGroup()
        .map(List::of)
        .orElseGet(() -> inspector.groups(stream).stream().map(GroupSnapshot::name).toList());
  }

  private AuditReport audit(Inspector inspector, String stream, String group, int most) {
    try (LiveLine line = output.progress()) {
      return inspector.audit(
          stream,
          group,
          most,
          seen -> line.show(() -> "%s records looked at".formatted(Texts.count(seen))));
    }
  }

  private void print(AuditReport report) {
    var name = Escape.text(report.stream()) + "/" + Escape.text(report.group());
    output.line(
        report.hasStrays()
            ? "%s: %s given out and never handled, as far as something tells"
                .formatted(name, entries(report))
            : "%s: nothing tells of an entry that was given out and never handled".formatted(name));
    if (report.hasStrays()) {
      output.line("");
      output.table(StrayText.HEAD, report.strays().stream().map(StrayText::row).toList());
      if (report.strays().size() < report.count().entries()) {
        output.line("(there are more: --limit)");
      }
      output.line("");
      output.line("mend: " + command(report));
    }
    limits(report).forEach(text -> output.line("note: " + text));
  }

  private static String entries(AuditReport report) {
    return report.count().entries() == 1
        ? "1 entry was"
        : Texts.lag(report.count()) + " entries were";
  }

  private static String command(AuditReport report) {
    return "millhand redeliver --stream %s --group %s %s%s"
        .formatted(
            Shown.word(report.stream()),
            Shown.word(report.group()),
            report.strays().stream()
                .limit(NAMED_IN_COMMAND)
                .map(Stray::id)
                .map(Object::toString)
                .collect(Collectors.joining(" ")),
            report.strays().size() > NAMED_IN_COMMAND ? " ..." : "");
  }

  private static List<String> limits(AuditReport report) {
    var untold =
        report
            .untold()
            .filter(count -> count > 0)
            .map(
                count ->
                    "about %s more are not pending and nothing tells of them: handled, acked by somebody else, or older than the group"
                        .formatted(Texts.count(count)));
    var unnamed =
        report.unnamed() == 0
            ? List.<String>of()
            : List.of(
                "%s more were acked by hand, and their ids are not in the audit log"
                    .formatted(Texts.entries(report.unnamed())));
    var unread =
        report.unread() == 0
            ? List.<String>of()
            : List.of(
                "%s dead letters were not looked at: an entry above may have one"
                    .formatted(Texts.count(report.unread())));
    return Stream.of(untold.stream().toList(), unnamed, unread).flatMap(List::stream).toList();
  }

  private static String json(AuditReport report) {
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeStringProperty("stream", report.stream());
          json.writeStringProperty("group", report.group());
          json.writeStringProperty("lastDelivered", report.lastDelivered().toString());
          json.writeNumberProperty("found", report.count().entries());
          json.writeBooleanProperty("foundExact", report.count().isExact());
          JsonValues.whole(json, "untold", report.untold());
          json.writeNumberProperty("unnamed", report.unnamed());
          json.writeNumberProperty("deadLettersNotLookedAt", report.unread());
          json.writeArrayPropertyStart("entries");
          report.strays().forEach(stray -> StrayText.json(json, stray));
          json.writeEndArray();
          json.writeEndObject();
        });
  }
}
