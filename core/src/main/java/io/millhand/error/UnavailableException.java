// SPDX-License-Identifier: Apache-2.0
package io.millhand.error;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Redis cannot serve just now. Trying again later may help; a worker does so by itself. */
public final class UnavailableException extends MillhandException {

  @Serial private static final long serialVersionUID = 1L;

  /** Why Redis cannot serve. */
  public enum Reason {
    /** It cannot be reached: refused, unknown host, TLS failed. Nothing was sent. */
    NOT_CONNECTED,
    /**
     * The connection broke, or no reply came in time, after something was sent: it may have been
     * carried out.
     */
    CONNECTION_LOST,
    /** It is loading its data set ({@code LOADING}). */
    LOADING,
    /** A script runs for too long ({@code BUSY}). */
    BUSY,
    /** It is a replica ({@code READONLY}), or one that lost its master ({@code MASTERDOWN}). */
    READ_ONLY,
    /** It reached maxmemory ({@code OOM}). */
    OUT_OF_MEMORY,
    /** It cannot write to its disk ({@code MISCONF}). */
    DISK,
    /** It has fewer replicas than it was told to insist on ({@code NOREPLICAS}). */
    NO_REPLICAS,
    /** The cluster does not serve the key's slot, or the slot moved. */
    CLUSTER,
    /** It has no room for another client. */
    TOO_MANY_CLIENTS
  }

  private final Reason reason;

  /** With the reason, a full message and its cause. */
  public UnavailableException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Why Redis cannot serve. */
  public Reason reason() {
    return reason;
  }

  /** Whether what was sent may have been carried out all the same. */
  public boolean mayHaveBeenDone() {
    return reason == Reason.CONNECTION_LOST;
  }
}
