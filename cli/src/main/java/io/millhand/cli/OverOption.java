// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The time between two looks. A mixin. */
public final class OverOption {

  private static final Duration LONGEST = Duration.ofHours(1);

  @Option(
      names = "--over",
      paramLabel = "TIME",
      description =
          "The time between the two looks that rates and verdicts take; longer is surer. 0s is one"
              + " look, without them (default 1s, doctor 2s).")
  private @Nullable Duration over;

  /** Made for picocli. */
  public OverOption() {}

  /** What is given, or else that. */
  public Duration orElse(Duration usual) {
    if (over == null) {
      return usual;
    }
    if (over.isNegative() || over.compareTo(LONGEST) > 0) {
      throw CommandFailure.usage("--over must be between 0s and 1h");
    }
    return over;
  }
}
