// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millhand group reset}. */
@Command(
    name = "reset",
    description = {
      "Have a group read its stream again, from the beginning or from somewhere else.",
      ""
    })
public final class GroupResetCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..2",
      paramLabel = "[STREAM [GROUP]]",
      hideParamSyntax = true,
      description = "Stream and group, where no flag names them.")
  private List<String> words = new ArrayList<>();

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
    return position.set(Names.of(words, Names.Front.GROUP), Starts.parse("--to", where));
  }
}
