// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How many to show. A mixin. */
public final class LimitOption {

  /** What is usual for entries of a stream, which have many fields. */
  public static final int ENTRIES = 10;

  /** What is usual for a list of one line each. */
  public static final int LINES = 100;

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      description = "How many at most (default 10 entries of a stream; of lists 100 lines).")
  private @Nullable Integer limit;

  /** Made for picocli. */
  public LimitOption() {}

  /** Whether a limit is given. */
  public boolean isGiven() {
    return limit != null;
  }

  /**
   * What is given, or else what is usual.
   *
   * @throws CommandFailure when it is out of its range
   */
  public int within(int least, int most, int usual) {
    if (limit != null && (limit < least || limit > most)) {
      throw CommandFailure.usage(
          most == Integer.MAX_VALUE
              ? "--limit must be %d or more, but is %d".formatted(least, limit)
              : "--limit must be between %d and %d, but is %d".formatted(least, most, limit));
    }
    return limit == null ? usual : limit;
  }
}
