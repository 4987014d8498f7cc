// SPDX-License-Identifier: Apache-2.0
package io.millhand.config;

/** What a producer does when the connection broke between a send and its answer. */
public enum LostReply {
  /**
   * Tells that nobody can know, by {@link io.millhand.error.UncertainSendException}. The default,
   * and the cheapest: a plain {@code XADD}.
   */
  TELL,
  /**
   * Sends the entry again, and adds it once: each goes out under a key of the producer's own
   * making, by a script, and leaves a marker in Redis until it cannot be sent again.
   */
  SEND_AGAIN
}
