// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.ExitCode;
import io.millhand.cli.GroupArgument;
import io.millhand.cli.Json;
import io.millhand.cli.LimitOption;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.StopSignals;
import io.millhand.cli.Texts;
import io.millhand.delivery.EntryId;
import io.millhand.inspect.AuditLine;
import io.millhand.inspect.Inspector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millhand audit-log}. */
@Command(
    name = "audit-log",
    description = {
      "Show what operators did to a stream and its groups: when, who, what, how many; newest first.",
      ""
    },
    footer = {
      "",
      "It is a log for colleagues, no proof: whoever may write to the stream may write there, too.",
      "The newest 10,000 or so are kept."
    })
public final class AuditLogCommand implements Callable<Integer> {

  private static final List<String> HEAD =
      List.of("WHEN", "WHO", "WHAT", "GROUP", "COUNT", "DETAILS");
  private static final int PAGE = 100;
  private static final int MOST = 100_000;
  private static final int DETAIL_SHOWN = 60;
  private static final long POLL_MILLIS = 500;

  @Mixin private GroupArgument target = new GroupArgument();
  @Mixin private LimitOption limit = new LimitOption();

  @Option(
      names = {"-f", "--follow"},
      description = "Go on until Ctrl-C; then the oldest is shown first.")
  private boolean follow;

  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  private final CountDownLatch stop = new CountDownLatch(1);

  /** Made for picocli. */
  public AuditLogCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    var stream = target.stream();
    var most = limit.within(1, MOST, LimitOption.LINES);
    var group = target.maybeGroup();
    if (follow && limit.isGiven() && most > PAGE) {
      throw CommandFailure.usage("with --follow, --limit must be %d at most".formatted(PAGE));
    }
    try (var millhand = redis.connect();
        var inspector = millhand.inspector()) {
      var lines = newest(inspector, stream, group, most);
      if (follow) {
        StopSignals.listen(signal -> stop.countDown(), signal -> {});
        follow(inspector, stream, group, lines);
      } else {
        show(lines);
      }
      return ExitCode.OK;
    }
  }

  private static List<AuditLine> newest(
      Inspector inspector, String stream, Optional<String> group, int most) {
    var lines = new ArrayList<AuditLine>();
    var before = Optional.<EntryId>empty();
    while (true) {
      var page = inspector.auditLines(stream, before, PAGE);
      page.stream().filter(line -> isOf(line, group)).forEach(lines::add);
      if (page.size() < PAGE || lines.size() >= most) {
        return lines.stream().limit(most).toList();
      }
      before = Optional.of(page.getLast().id());
    }
  }

  private static boolean isOf(AuditLine line, Optional<String> group) {
    return group.isEmpty() || line.group().equals(group);
  }

  private void show(List<AuditLine> lines) {
    if (output.isJson()) {
      lines.forEach(line -> output.line(json(line)));
    } else if (lines.isEmpty()) {
      output.line("Nothing was done by hand, or it is forgotten.");
    } else {
      output.table(HEAD, lines.stream().map(AuditLogCommand::row).toList());
    }
  }

  private void follow(
      Inspector inspector, String stream, Optional<String> group, List<AuditLine> newestFirst)
      throws InterruptedException {
    var next = EntryId.ZERO;
    var page = newestFirst.reversed();
    do {
      for (var line : page) {
        if (isOf(line, group)) {
          output.line(output.isJson() ? json(line) : String.join("  ", Output.safe(row(line))));
        }
        next = line.id();
      }
      page = inspector.auditLinesAfter(stream, next, PAGE);
    } while (!stop.await(page.isEmpty() ? POLL_MILLIS : 0, TimeUnit.MILLISECONDS));
  }

  private static List<String> row(AuditLine line) {
    return List.of(
        Texts.time(line.at()),
        line.who(),
        line.what(),
        line.group().orElse("-"),
        Texts.count(line.count()),
        details(line.details()));
  }

  private static String details(Map<String, String> details) {
    return details.entrySet().stream()
        .map(each -> each.getKey() + "=" + Texts.cut(each.getValue(), DETAIL_SHOWN))
        .collect(Collectors.joining(" "));
  }

  private static String json(AuditLine line) {
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeStringProperty("id", line.id().toString());
          json.writeStringProperty("at", line.at().toString());
          json.writeStringProperty("who", line.who());
          json.writeStringProperty("what", line.what());
          JsonValues.text(json, "group", line.group());
          json.writeNumberProperty("count", line.count());
          json.writeObjectPropertyStart("details");
          line.details().forEach(json::writeStringProperty);
          json.writeEndObject();
          json.writeEndObject();
        });
  }
}
