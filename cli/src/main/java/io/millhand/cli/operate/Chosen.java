// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.ExitCode;
import io.millhand.cli.Ids;
import io.millhand.cli.Names;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
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

  /** What is done with them. */
  enum Way {
    /** They stay. */
    COPY("copy"),
    /** They are taken out of the first stream. */
    MOVE("move");

    private final String word;

    Way(String word) {
      this.word = word;
    }
  }

  @Parameters(
      paramLabel = "[STREAM] [ID...]",
      hideParamSyntax = true,
      arity = "0..*",
      description = {
        "The stream that they are in, where no flag names it, and ids of entries.",
        "Instead of ids a range: --from, --until, or --all."
      })
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--stream",
      paramLabel = "KEY",
      description = "The same as STREAM. Else STREAM_KEY.")
  private @Nullable String flag;

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

  private Names names() {
    return Names.beforeIds(words, Names.Front.STREAM);
  }

  private String stream() {
    return Names.stream(names().stream(), flag);
  }

  /** Makes the plan, shows it, and does it. */
  int carryOut(Way way) {
    var selection = selection();
    var stream = stream();
    try (var millhand = redis.connect()) {
      var operator = millhand.operator();
      var plan =
          Facts.plan(way.word)
              .add("stream", stream)
              .add("to", to)
              .add("entries", operator.count(stream, selection));
      return switch (way) {
        case COPY ->
            confirmation.goesOn(plan, output)
                ? done(way, operator.copy(stream, selection, to))
                : ExitCode.OK;
        case MOVE ->
            confirmation.agreedTo(
                    plan.warn(
                        "no group of %s will see these entries again, finished or not; a handler that has one goes on"
                            .formatted(stream)),
                    output)
                ? done(way, operator.move(stream, selection, to))
                : ExitCode.OK;
      };
    }
  }

  private Selection selection() {
    if (to.equals(stream())) {
      throw CommandFailure.usage("--to names the stream itself");
    }
    if (limit != null && limit < 1) {
      throw CommandFailure.usage("--limit must be 1 or more, but is " + limit);
    }
    var ids = names().rest();
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
  private int done(Way way, Transfer transfer) {
    Facts.done(way.word)
        .add("added", transfer.added())
        .add("deleted", transfer.deleted())
        .add("pendingRecords", transfer.acked())
        .add("notThere", transfer.missing())
        .print(output);
    return ExitCode.OK;
  }
}
