// SPDX-License-Identifier: Apache-2.0
package io.millhand.error;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The connection broke after an entry was sent and before its id came back: the entry may have been
 * added, or not. Sending it again may add it twice.
 */
public final class UncertainSendException extends MillhandException {

  @Serial private static final long serialVersionUID = 1L;

  /** With a full message and its cause. */
  public UncertainSendException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
