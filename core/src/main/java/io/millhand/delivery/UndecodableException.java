// SPDX-License-Identifier: Apache-2.0
package io.millhand.delivery;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * An entry cannot be read as what it should be. Never retried: the entry goes to the dead letters
 * as it is.
 */
public class UndecodableException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  /** With what is wrong, in words that hold nothing of the payload. */
  public UndecodableException(String message) {
    super(message);
  }

  /** With what is wrong and its cause. */
  public UndecodableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
