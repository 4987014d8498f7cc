// SPDX-License-Identifier: Apache-2.0
package io.millhand.error;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Redis knows the user too little: a wrong or missing password, or a permission that is missing.
 */
public final class DeniedException extends MillhandException {

  @Serial private static final long serialVersionUID = 1L;

  /** With a full message and its cause. */
  public DeniedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
