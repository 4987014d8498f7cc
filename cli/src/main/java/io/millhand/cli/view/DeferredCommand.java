// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.ExitCode;
import io.millhand.cli.GroupArgument;
import io.millhand.cli.Ids;
import io.millhand.cli.Json;
import io.millhand.cli.LimitOption;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.Texts;
import io.millhand.delivery.EntryId;
import io.millhand.inspect.Inspector;
import io.millhand.inspect.Snapshots.FailureInfo;
import io.millhand.inspect.Snapshots.PendingEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millhand deferred}. */
@Command(
    name = "deferred",
    description = {
      "List the entries of a group that wait for their due time, in the order of their ids: when they",
      "come, and why they wait.",
      ""
    },
    footer = {
      "",
      "DUE: by the server's clock, shown in this machine's time zone; \"?\" where it is lost, which the",
      "group's keeper mends. To have them at once: millhand release ID..."
    })
public final class DeferredCommand implements Callable<Integer> {

  private static final List<String> HEAD =
      List.of("ID", "DUE IN", "DUE", "ATTEMPTS", "CRASHES", "WHY");
  private static final int PAGE = 500;

  @Mixin private GroupArgument target = new GroupArgument();

  @Option(
      names = "--from",
      paramLabel = "ID",
      description = "Begin with that entry id. Default: the lowest.")
  private @Nullable String from;

  @Mixin private LimitOption limit = new LimitOption();
  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public DeferredCommand() {}

  @Override
  public Integer call() {
    var most = limit.within(1, Integer.MAX_VALUE, LimitOption.LINES);
    var first = from == null ? EntryId.ZERO : Ids.parse(from);
    try (var millhand = redis.connect();
        var inspector = millhand.inspector()) {
      var now = inspector.serverTime();
      var found = found(inspector, first, most);
      if (output.isJson()) {
        found.forEach(entry -> output.line(json(entry, now)));
      } else if (found.isEmpty()) {
        output.line("Nothing is deferred.");
      } else {
        output.table(HEAD, found.stream().map(entry -> row(entry, now)).toList());
        if (found.size() == most) {
          output.line(
              "(there may be more: --limit, or --from " + found.getLast().id().next() + ")");
        }
      }
      return ExitCode.OK;
    }
  }

  private List<PendingEntry> found(Inspector inspector, EntryId first, int most) {
    var found = new ArrayList<PendingEntry>();
    var next = first;
    while (found.size() < most) {
      var size = Math.min(PAGE, most - found.size());
      var page = inspector.deferred(target.stream(), target.group(), next, size);
      found.addAll(page);
      if (page.size() < size) {
        break;
      }
      next = page.getLast().id().next();
    }
    return found;
  }

  private static List<String> row(PendingEntry entry, Instant now) {
    var failure = entry.failure();
    return List.of(
        entry.id().toString(),
        entry.dueIn().map(time -> time.isZero() ? "now" : Texts.duration(time)).orElse("?"),
        entry.dueIn().map(now::plus).map(Texts::time).orElse("?"),
        failure.map(it -> Texts.count(it.attempts())).orElse("0"),
        failure.map(it -> Texts.count(it.crashes())).orElse("0"),
        failure.map(DeferredCommand::why).orElse("handed back, or released: nothing has failed"));
  }

  /** A record without an attempt and without an error is a delay that a handler asked for. */
  private static String why(FailureInfo failure) {
    var isDelay =
        failure.cause() == FailureInfo.Cause.FAILED
            && failure.attempts() == 0
            && failure.error().isEmpty();
    return isDelay ? "its handler asked for a delay" : StrayText.words(failure);
  }

  private static String json(PendingEntry entry, Instant now) {
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeStringProperty("id", entry.id().toString());
          JsonValues.seconds(json, "dueInSeconds", entry.dueIn());
          JsonValues.text(json, "due", entry.dueIn().map(now::plus).map(Instant::toString));
          json.writeNumberProperty("deliveries", entry.deliveries());
          json.writeNumberProperty(
              "attempts", entry.failure().map(FailureInfo::attempts).orElse(0));
          json.writeNumberProperty("crashes", entry.failure().map(FailureInfo::crashes).orElse(0));
          JsonValues.text(json, "cause", entry.failure().map(StrayText::cause));
          JsonValues.text(json, "lastFailed", entry.failure().map(it -> it.last().toString()));
          JsonValues.text(json, "lastError", entry.failure().map(FailureInfo::error));
          json.writeEndObject();
        });
  }
}
