// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millhand move}. */
@Command(
    name = "move",
    description = {
      "Add entries to another stream, then take them out of this one: acked for every group, and deleted.",
      "One that breaks off leaves some entries in both streams, and none in neither.",
      ""
    })
public final class MoveCommand implements Callable<Integer> {

  private static final String WHAT = "move";

  @Mixin private Chosen chosen = new Chosen();

  /** Made for picocli. */
  public MoveCommand() {}

  @Override
  public Integer call() {
    var selection = chosen.selection();
    try (var millhand = chosen.redis().connect()) {
      var operator = millhand.operator();
      var plan =
          Facts.plan(WHAT)
              .add("stream", chosen.stream())
              .add("to", chosen.to())
              .add("entries", operator.count(chosen.stream(), selection))
              .warn(
                  "no group of %s will see these entries again, finished or not; a handler that has one goes on"
                      .formatted(chosen.stream()));
      if (!chosen.confirmation().agreedTo(plan, chosen.output())) {
        return ExitCode.OK;
      }
      return chosen.done(WHAT, operator.move(chosen.stream(), selection, chosen.to()));
    }
  }
}
