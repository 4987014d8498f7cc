// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.ExitCode;
import io.millhand.cli.LimitOption;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.StreamArgument;
import io.millhand.delivery.EntryId;
import io.millhand.error.NoGroupException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millhand peek}. */
@Command(
    name = "peek",
    description = {"Show entries of a stream, oldest first, without giving them to any group.", ""})
public final class PeekCommand implements Callable<Integer> {

  @Mixin private StreamArgument stream = new StreamArgument();

  @Mixin private LimitOption limit = new LimitOption();

  @Mixin private RangeOption range = new RangeOption();
  @Mixin private WhereOption where = new WhereOption();
  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public PeekCommand() {}

  @Override
  public Integer call() {
    var key = stream.stream();
    var most = limit.within(1, Integer.MAX_VALUE, LimitOption.ENTRIES);
    var filter = where.filter();
    try (var millhand = redis.connect();
        var inspector = millhand.inspector()) {
      if (inspector.stream(key).isEmpty()) {
        throw new NoGroupException("there is no stream " + key, null);
      }
      var seen =
          inspector.search(
              key,
              range.from(inspector).orElse(EntryId.ZERO),
              range.to(inspector),
              most,
              filter,
              entry -> EntryText.print(output, entry));
      if (seen == 0 && !output.isJson()) {
        output.line("No entries.");
      }
      return ExitCode.OK;
    }
  }
}
