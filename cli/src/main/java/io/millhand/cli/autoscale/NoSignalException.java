// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.autoscale;

import java.io.Serial;

/**
 * It is not known how groups are: Redis is away, or nobody has looked lately. Whoever asked must be
 * told that, and never a number.
 */
public final class NoSignalException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** For that reason; safe to print but for control characters. */
  public NoSignalException(String why) {
    super(why);
  }
}
