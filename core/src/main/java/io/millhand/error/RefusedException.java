// SPDX-License-Identifier: Apache-2.0
package io.millhand.error;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Redis, or Millhand itself, will not do this however often it is asked: a key of another type, too
 * large, unknown.
 */
public final class RefusedException extends MillhandException {

  @Serial private static final long serialVersionUID = 1L;

  /** With a full message. */
  public RefusedException(String message) {
    super(message, null);
  }

  /** With a full message and its cause. */
  public RefusedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
