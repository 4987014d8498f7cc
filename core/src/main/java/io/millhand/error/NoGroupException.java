// SPDX-License-Identifier: Apache-2.0
package io.millhand.error;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The stream or the group does not exist (any more). A worker makes them anew by itself; an
 * Inspector says so.
 */
public final class NoGroupException extends MillhandException {

  @Serial private static final long serialVersionUID = 1L;

  /** With a full message and its cause. */
  public NoGroupException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
