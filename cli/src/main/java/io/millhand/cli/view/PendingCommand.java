// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.ExitCode;
import io.millhand.cli.GroupArgument;
import io.millhand.cli.Ids;
import io.millhand.cli.LimitOption;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.Texts;
import io.millhand.delivery.EntryId;
import io.millhand.inspect.Inspector;
import io.millhand.inspect.Snapshots.FailureInfo;
import io.millhand.inspect.Snapshots.PendingEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millhand pending}. */
@Command(
    name = "pending",
    description = {
      "List a group's pending entries, deferred ones too, in the order of their ids.",
      ""
    },
    footer = {
      "",
      "DUE IN: until the next attempt; such an entry is deferred and no consumer has it.",
      "ATTEMPTS: how often a handler failed. CRASHES: how often a worker died with it."
    })
public final class PendingCommand implements Callable<Integer> {

  private static final List<String> HEAD =
      List.of(
          "ID", "CONSUMER", "IDLE", "DELIVERIES", "ATTEMPTS", "CRASHES", "DUE IN", "LAST ERROR");
  private static final int PAGE = 500;
  private static final int ERROR_SHOWN = 60;

  @Mixin private GroupArgument target = new GroupArgument();

  @Option(names = "--consumer", paramLabel = "NAME", description = "Only those of that consumer.")
  private @Nullable String consumer;

  @Option(
      names = "--from",
      paramLabel = "ID",
      description = "Begin with that entry id. Default: the lowest.")
  private @Nullable String from;

  @Mixin private LimitOption limit = new LimitOption();

  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public PendingCommand() {}

  @Override
  public Integer call() {
    var most = limit.within(1, Integer.MAX_VALUE, LimitOption.LINES);
    var first = from == null ? EntryId.ZERO : Ids.parse(from);
    try (var millhand = redis.connect();
        var inspector = millhand.inspector()) {
      if (output.isJson()) {
        walk(
            inspector,
            first,
            most,
            rows -> rows.forEach(row -> output.line(SeenJson.line(row, SeenJson::pending))));
        return ExitCode.OK;
      }
      var all = new ArrayList<PendingEntry>();
      walk(inspector, first, most, all::addAll);
      if (all.isEmpty()) {
        output.line("Nothing is pending.");
      } else {
        output.table(HEAD, all.stream().map(PendingCommand::row).toList());
      }
      if (all.size() == most) {
        output.line("(there may be more: --limit, or --from " + all.getLast().id().next() + ")");
      }
      return ExitCode.OK;
    }
  }

  /** Takes pages. */
  @FunctionalInterface
  private interface Pages {
    void take(List<PendingEntry> page);
  }

  private void walk(Inspector inspector, EntryId first, int most, Pages pages) {
    var next = first;
    for (int left = most; left > 0; ) {
      var size = Math.min(PAGE, left);
      var page =
          inspector.pending(
              target.stream(), target.group(), next, size, Optional.ofNullable(consumer));
      pages.take(page);
      if (page.size() < size) {
        return;
      }
      left -= size;
      next = page.getLast().id().next();
    }
  }

  private static List<String> row(PendingEntry entry) {
    var failure = entry.failure();
    return List.of(
        entry.id().toString(),
        entry.consumer().orElse("-"),
        Texts.duration(entry.idle()),
        Texts.count(entry.deliveries()),
        failure.map(it -> Texts.count(it.attempts())).orElse("0"),
        failure.map(it -> Texts.count(it.crashes())).orElse("0"),
        Texts.duration(entry.dueIn()),
        failure.map(FailureInfo::error).map(error -> Texts.cut(error, ERROR_SHOWN)).orElse("-"));
  }
}
