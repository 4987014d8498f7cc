// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millhand group reset}. */
@Command(
    name = "reset",
    description = {
      "Have a group read its stream again, from the beginning or from somewhere else.",
      ""
    })
public final class GroupResetCommand implements Callable<Integer> {

  @Option(
      names = "--to",
      paramLabel = "WHERE",
      defaultValue = "beginning",
      description =
          "beginning, now (the stream's end), an entry id (it goes on after it), or a time such as"
              + " 2026-01-31T12:00:00Z (default ${DEFAULT-VALUE}).")
  private String where = "beginning";

  @Mixin private GroupPosition position = new GroupPosition();

  /** Made for picocli. */
  public GroupResetCommand() {}

  @Override
  public Integer call() {
    return position.set(Starts.parse("--to", where));
  }
}
