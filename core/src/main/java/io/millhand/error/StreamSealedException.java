// SPDX-License-Identifier: Apache-2.0
package io.millhand.error;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Nothing was added, and nothing ever will be to this stream: it is a partition that has been
 * replaced, since the partitioned stream has more by now. Send by a partitioned producer, which
 * follows.
 */
public final class StreamSealedException extends MillhandException {

  @Serial private static final long serialVersionUID = 1L;

  /** With a full message and its cause. */
  public StreamSealedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
