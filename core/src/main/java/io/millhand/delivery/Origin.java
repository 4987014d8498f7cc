// SPDX-License-Identifier: Apache-2.0
package io.millhand.delivery;

/** How a delivery came to this worker. */
public enum Origin {
  /** Read from the stream for the first time. */
  NEW,
  /**
   * Deferred earlier (a retry, or a delay that a handler asked for), released or put back, and due
   * now.
   */
  DUE,
  /** Taken over from a consumer that died or did not finish it in time. */
  RECLAIMED,
  /** Already owned by this consumer, but its delivery had been lost on the way. */
  UNHELD
}
