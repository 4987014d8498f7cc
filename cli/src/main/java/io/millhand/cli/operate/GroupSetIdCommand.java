// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millhand group set-id}. */
@Command(
    name = "set-id",
    description = {
      "Set after which entry a group goes on to read.",
      "Set back, it is given entries again; set forward, it never sees those between. What is pending stays pending.",
      ""
    })
public final class GroupSetIdCommand implements Callable<Integer> {

  @Parameters(
      arity = "1..3",
      paramLabel = "[STREAM [GROUP]] WHERE",
      hideParamSyntax = true,
      description =
          "Stream and group, where no flag names them; and WHERE: beginning, now (the stream's end), an entry id (it goes on after it), or a time such as"
              + " 2026-01-31T12:00:00Z.")
  private List<String> words = new ArrayList<>();

  @Mixin private GroupPosition position = new GroupPosition();

  /** Made for picocli. */
  public GroupSetIdCommand() {}

  @Override
  public Integer call() {
    var names = Names.beforeLast(words, Names.Front.GROUP);
    return position.set(names, Starts.parse("WHERE", names.rest().getFirst()));
  }
}
