// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

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

  @Mixin private Chosen chosen = new Chosen();

  /** Made for picocli. */
  public CopyCommand() {}

  @Override
  public Integer call() {
    return chosen.carryOut(Chosen.Way.COPY);
  }
}
