// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

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
      paramLabel = "WHERE",
      description =
          "beginning, now (the stream's end), an entry id (it goes on after it), or a time such as"
              + " 2026-01-31T12:00:00Z.")
  private String where = ""; // picocli insists on a value

  @Mixin private GroupPosition position = new GroupPosition();

  /** Made for picocli. */
  public GroupSetIdCommand() {}

  @Override
  public Integer call() {
    return position.set(Starts.parse("WHERE", where));
  }
}
