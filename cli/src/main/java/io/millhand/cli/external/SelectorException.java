// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import java.io.Serial;

/** A text is no label selector. */
final class SelectorException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /** For that reason; safe to print but for control characters. */
  SelectorException(String why) {
    super(why);
  }
}
