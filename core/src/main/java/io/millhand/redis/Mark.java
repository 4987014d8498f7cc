// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

/**
 * Under what an entry is to be added once: the marker that tells that it was.
 *
 * @param key the marker's key in Redis
 * @param window how long it stays, ms in digits
 * @param of who made the key that it stands for
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and the client library takes arrays
public record Mark(byte[] key, byte[] window, Of of) {

  /** Who made the key. */
  public enum Of {
    /** The caller, who can send under it again. */
    CALLER,
    /** The producer, for one entry; nobody else knows it. */
    PRODUCER
  }
}
