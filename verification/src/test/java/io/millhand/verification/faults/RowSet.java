// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.faults;

import java.util.Locale;

/** When a row runs. */
enum RowSet {
  /** In {@code mvn verify}, too. */
  SHORT,
  /** Only by the command. */
  FULL,
  /** Only when the command is asked for the soak. */
  SOAK;

  /** The tag of the soak. */
  static final String SOAK_TAG = "soak";

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
