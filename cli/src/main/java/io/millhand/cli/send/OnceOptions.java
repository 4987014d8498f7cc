// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.send;

import io.millhand.cli.CommandFailure;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Under which keys entries are added once. A mixin. */
final class OnceOptions {

  @Option(
      names = "--once-key",
      paramLabel = "FIELD",
      description =
          "Add each entry once: nothing is added where the stream was sent one with the same value in this field not long ago. So a sending that broke off can be repeated.")
  private @Nullable String field;

  @Option(
      names = "--once-window",
      paramLabel = "TIME",
      description = "With --once-key: how long that is known, 21s to 7d. Default: 10m.")
  private @Nullable Duration window;

  /** The field whose value is an entry's key. */
  Optional<String> key() {
    return Optional.ofNullable(field);
  }

  /**
   * How long a key is known, where it is said.
   *
   * @throws CommandFailure without a key
   */
  Optional<Duration> window() {
    if (field == null && window != null) {
      throw CommandFailure.usage("--once-window: only with --once-key");
    }
    return Optional.ofNullable(window);
  }
}
