// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import io.millhand.cli.Escape;
import java.io.Serial;

/**
 * Why a handler outside this JVM did not succeed. What strangers wrote in it is escaped; there is
 * no stack worth keeping.
 */
final class HandlerFailure extends Exception {

  @Serial private static final long serialVersionUID = 1L;

  private static final int MOST = 4096;

  HandlerFailure(String message) {
    super(Escape.line(message.substring(0, Math.min(message.length(), MOST))), null, false, false);
  }
}
