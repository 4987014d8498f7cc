// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** One stream and one of its groups, the first two words or flags. A mixin. */
public final class GroupArgument {

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "STREAM",
      description = "The stream's key. Else --stream, else STREAM_KEY.")
  private @Nullable String stream;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "GROUP",
      description = "The group's name. Else --group, else GROUP_NAME.")
  private @Nullable String group;

  @Mixin private TargetOptions flags = new TargetOptions();

  /** Made for picocli. */
  public GroupArgument() {}

  private Names names() {
    return new Names(Optional.ofNullable(stream), Optional.ofNullable(group), List.of());
  }

  /**
   * The stream's key.
   *
   * @throws CommandFailure where there is none, or there are two
   */
  public String stream() {
    return flags.stream(names());
  }

  /**
   * The group's name.
   *
   * @throws CommandFailure where there is none, or there are two
   */
  public String group() {
    return flags.group(names());
  }

  /** Where all streams are meant unless one is named: that one; the environment does not count. */
  public Optional<String> maybeStream() {
    return flags.maybeStream(names());
  }

  /** Where every group is meant unless one is named: that one; the environment does not count. */
  public Optional<String> maybeGroup() {
    return flags.maybeGroup(names());
  }
}
