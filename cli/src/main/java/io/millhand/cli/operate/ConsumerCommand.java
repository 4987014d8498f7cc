// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millhand consumer}. */
@Command(
    name = "consumer",
    description = "Work on a consumer of a group.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = ConsumerRemoveCommand.class)
public final class ConsumerCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

  /** Made for picocli. */
  public ConsumerCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "What about the consumer? See millhand consumer --help");
  }
}
