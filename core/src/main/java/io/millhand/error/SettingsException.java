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
    super(message(what, problems), null);
    this.problems = List.copyOf(problems);
  }

  private static String message(String what, List<String> problems) {
    return problems.size() == 1
        ? "%s cannot start: %s".formatted(what, problems.get(0))
        : "%s cannot start, %d settings to correct:%n  - %s"
            .formatted(
                what, problems.size(), String.join(System.lineSeparator() + "  - ", problems));
  }

  /** Every problem, in words. */
  public List<String> problems() {
    return problems;
  }
}
