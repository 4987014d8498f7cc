// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millhand copy}. */
@Command(
    name = "copy",
    description = {
      "Add copies of entries to another stream, in order, under new ids; every group there will see them.",
      "One that breaks off and is repeated adds some twice, and leaves none out.",
      ""
    })
public final class CopyCommand implements Callable<Integer> {

  private static final String WHAT = "copy";

  @Mixin private Chosen chosen = new Chosen();

  /** Made for picocli. */
  public CopyCommand() {}

  @Override
  public Integer call() {
    var selection = chosen.selection();
    try (var millhand = chosen.redis().connect()) {
      var operator = millhand.operator();
      var plan =
          Facts.plan(WHAT)
              .add("stream", chosen.stream())
              .add("to", chosen.to())
              .add("entries", operator.count(chosen.stream(), selection));
      if (!chosen.confirmation().goesOn(plan, chosen.output())) {
        return ExitCode.OK;
      }
      return chosen.done(WHAT, operator.copy(chosen.stream(), selection, chosen.to()));
    }
  }
}
