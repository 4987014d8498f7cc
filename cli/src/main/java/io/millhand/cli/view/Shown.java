// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.Escape;

/** Names in commands that people copy into a shell. */
final class Shown {

  private Shown() {}

  /**
   * The name as one word of a shell. One that a terminal must not show stands there escaped: then
   * the command names nothing that exists, and does no harm.
   */
  static String word(String name) {
    return name.matches("[A-Za-z0-9_./:@%+,-]+")
        ? name
        : "'" + Escape.text(name).replace("'", "'\\''") + "'";
  }
}
