// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millhand group}. */
@Command(
    name = "group",
    description = "Work on a group.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      GroupCreateCommand.class,
      GroupSetIdCommand.class,
      GroupResetCommand.class,
      GroupDestroyCommand.class
    })
public final class GroupCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

  /** Made for picocli. */
  public GroupCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "What about the group? See millhand group --help");
  }
}
