// SPDX-License-Identifier: Apache-2.0
package io.millhand.error;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The root of all errors that Millhand throws at its users. The message tells what failed, where,
 * and what to do.
 */
public abstract sealed class MillhandException extends RuntimeException
    permits UnavailableException,
        DeniedException,
        RefusedException,
        StreamSealedException,
        NoGroupException,
        SettingsException,
        UncertainSendException,
        NotDurableException {

  @Serial private static final long serialVersionUID = 1L;

  MillhandException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
