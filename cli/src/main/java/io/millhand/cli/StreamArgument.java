// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One stream, the first word or a flag. A mixin. */
public final class StreamArgument {

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "STREAM",
      description = "The stream's key. Else --stream, else STREAM_KEY.")
  private @Nullable String word;

  @Option(names = "--stream", paramLabel = "KEY", description = "The same as STREAM.")
  private @Nullable String flag;

  /** Made for picocli. */
  public StreamArgument() {}

  /**
   * The stream's key.
   *
   * @throws CommandFailure where there is none, or there are two
   */
  public String stream() {
    return Names.stream(Optional.ofNullable(word), flag);
  }
}
