// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

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

  @Mixin private Chosen chosen = new Chosen();

  /** Made for picocli. */
  public MoveCommand() {}

  @Override
  public Integer call() {
    return chosen.carryOut(Chosen.Way.MOVE);
  }
}
