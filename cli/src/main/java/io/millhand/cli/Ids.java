// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import io.millhand.delivery.EntryId;

/** Entry ids from a command line. */
public final class Ids {

  private Ids() {}

  /** An id, or a refusal that says what is wrong with it. */
  public static EntryId parse(String text) {
    try {
      return EntryId.parse(text);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("'%s' is %s".formatted(Escape.text(text), e.getMessage()));
    }
  }
}
