// SPDX-License-Identifier: Apache-2.0
package io.millhand.error;

import java.io.Serial;
import java.util.List;

/** Settings that cannot work, all problems at once. */
public final class SettingsException extends MillhandException {

  @Serial private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // always an immutable list of strings
  private final List<String> problems;

  /** With what the settings are for and every problem found. */
  public SettingsException(String what, List<String> problems) {
    super(
        "%s cannot start, %d setting%s to correct:%n  - %s"
            .formatted(
                what,
                problems.size(),
                problems.size() == 1 ? "" : "s",
                String.join(System.lineSeparator() + "  - ", problems)),
        null);
    this.problems = List.copyOf(problems);
  }

  /** Every problem, in words. */
  public List<String> problems() {
    return problems;
  }
}
