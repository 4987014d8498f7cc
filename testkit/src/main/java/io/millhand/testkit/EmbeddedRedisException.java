// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import org.jspecify.annotations.Nullable;

/**
 * A server could not be found, started or stopped. The message says what was tried, what the
 * server's log says, and where it lies.
 */
public final class EmbeddedRedisException extends RuntimeException {

  EmbeddedRedisException(String message) {
    super(message);
  }

  EmbeddedRedisException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
