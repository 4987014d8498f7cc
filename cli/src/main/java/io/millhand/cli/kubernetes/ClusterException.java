// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.kubernetes;

import java.io.Serial;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The API server did not do what it was asked for, or was not reached. */
public final class ClusterException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient OptionalInt status;

  /** It said no, with that status. */
  ClusterException(int status, String message) {
    super(message);
    this.status = OptionalInt.of(status);
  }

  /** It was not reached. */
  ClusterException(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.status = OptionalInt.empty();
  }

  /** The HTTP status of its answer; empty where there was none. */
  public OptionalInt status() {
    return status;
  }
}
