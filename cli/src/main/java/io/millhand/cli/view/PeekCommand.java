// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.ExitCode;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import io.millhand.delivery.EntryId;
import io.millhand.error.NoGroupException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millhand peek}. */
@Command(
    name = "peek",
    description = {"Show entries of a stream, oldest first, without giving them to any group.", ""})
public final class PeekCommand implements Callable<Integer> {

  @Parameters(paramLabel = "STREAM", description = "The stream's key.")
  private String stream = "";

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      defaultValue = "10",
      description = "How many at most (default ${DEFAULT-VALUE}).")
  private int limit;

  @Mixin private RangeOption range = new RangeOption();
  @Mixin private WhereOption where = new WhereOption();
  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public PeekCommand() {}

  @Override
  public Integer call() {
    if (limit < 1) {
      throw CommandFailure.usage("--limit must be 1 or more, but is " + limit);
    }
    var filter = where.filter();
    try (var millhand = redis.connect();
        var inspector = millhand.inspector()) {
      if (inspector.stream(stream).isEmpty()) {
        throw new NoGroupException("there is no stream " + stream, null);
      }
      var seen =
          inspector.search(
              stream,
              range.from(inspector).orElse(EntryId.ZERO),
              range.to(inspector),
              limit,
              filter,
              entry -> EntryText.print(output, entry));
      if (seen == 0 && !output.isJson()) {
        output.line("No entries.");
      }
      return ExitCode.OK;
    }
  }
}
