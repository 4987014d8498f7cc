// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Stream and group as flags, beside words that a command reads as {@link Names}. A mixin. */
public final class TargetOptions {

  @Option(
      names = "--stream",
      paramLabel = "KEY",
      description = "The stream's key, where STREAM does not say it. Else STREAM_KEY.")
  private @Nullable String stream;

  @Option(
      names = "--group",
      paramLabel = "NAME",
      description = "The group's name, where GROUP does not say it. Else GROUP_NAME.")
  private @Nullable String group;

  /** Made for picocli. */
  public TargetOptions() {}

  /** The stream's key. */
  public String stream(Names names) {
    return Names.stream(names.stream(), stream);
  }

  /** The group's name. */
  public String group(Names names) {
    return Names.group(names.group(), group);
  }

  /** Where all streams are meant unless one is named: that one; the environment does not count. */
  public Optional<String> maybeStream(Names names) {
    Names.agree("stream", names.stream(), stream);
    return names.stream().or(() -> Optional.ofNullable(stream));
  }

  /** Where every group is meant unless one is named: that one; the environment does not count. */
  public Optional<String> maybeGroup(Names names) {
    Names.agree("group", names.group(), group);
    return names.group().or(() -> Optional.ofNullable(group));
  }
}
