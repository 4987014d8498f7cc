// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.ExitCode;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.StreamOption;
import io.millhand.cli.Ids;
import io.millhand.delivery.EntryId;
import io.millhand.inspect.Actions.Selection;
import io.millhand.inspect.Actions.Transfer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which entries go to which stream, for copy and move. A mixin. */
public final class Chosen {

  private static final EntryId HIGHEST = new EntryId(-1L, -1L);

  @Parameters(
      paramLabel = "ID",
      arity = "0..*",
      description = "Ids of entries. Else a range: --from, --until, or --all.")
  private List<String> ids = new ArrayList<>();

  @Mixin private StreamOption stream = new StreamOption();

  @Option(
      names = "--to",
      paramLabel = "KEY",
      required = true,
      description = "The other stream; made where there is none.")
  private String to = ""; // picocli insists on a value

  @Option(names = "--from", paramLabel = "ID", description = "From that entry id on.")
  private @Nullable String from;

  @Option(names = "--until", paramLabel = "ID", description = "To that entry id, itself included.")
  private @Nullable String until;

  @Option(names = "--all", description = "All that are there when it begins.")
  private boolean all;

  @Option(names = "--limit", paramLabel = "N", description = "So many of the range at most.")
  private @Nullable Long limit;

  @Mixin private Confirmation confirmation = new Confirmation();
  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public Chosen() {}

  String stream() {
    return stream.stream();
  }

  String to() {
    return to;
  }

  Confirmation confirmation() {
    return confirmation;
  }

  RedisOptions redis() {
    return redis;
  }

  Output output() {
    return output;
  }

  Selection selection() {
    if (to.equals(stream.stream())) {
      throw CommandFailure.usage("--to names the stream itself");
    }
    if (limit != null && limit < 1) {
      throw CommandFailure.usage("--limit must be 1 or more, but is " + limit);
    }
    var isRange = all || from != null || until != null;
    if (isRange == !ids.isEmpty()) {
      throw CommandFailure.usage("which entries? Give either ids, or --from, --until or --all");
    }
    if (!isRange) {
      return new Selection.Ids(ids.stream().map(Ids::parse).distinct().toList());
    }
    return new Selection.Range(
        from == null ? EntryId.ZERO : Ids.parse(from),
        until == null ? HIGHEST : Ids.parse(until),
        limit == null ? Long.MAX_VALUE : limit);
  }

  /** Prints what was done, and which ids are not there: to repeat a command is no failure. */
  int done(String what, Transfer transfer) {
    Facts.done(what)
        .add("added", transfer.added())
        .add("deleted", transfer.deleted())
        .add("pendingRecords", transfer.acked())
        .add("notThere", transfer.missing())
        .print(output);
    return ExitCode.OK;
  }
}
