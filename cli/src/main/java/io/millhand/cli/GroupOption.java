// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import picocli.CommandLine.Option;

/** One group. A mixin. */
public final class GroupOption {

  @Option(
      names = "--group",
      paramLabel = "NAME",
      required = true,
      defaultValue = "${env:GROUP_NAME}",
      description = "The group's name. Else GROUP_NAME.")
  private String group = ""; // picocli insists on a value

  /** The group's name. */
  public String group() {
    return group;
  }
}
