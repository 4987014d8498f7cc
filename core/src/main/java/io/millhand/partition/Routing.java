// SPDX-License-Identifier: Apache-2.0
package io.millhand.partition;

/**
 * Which partition a key belongs to: MurmurHash3 (x86, 32 bits, seed 0) of its bytes, read as an
 * unsigned number, modulo the number of partitions. Pure; clients in other languages do the same.
 */
public final class Routing {

  private Routing() {}

  /** The partition of that key among so many, from 0. */
  public static int partition(byte[] key, int count) {
    return Integer.remainderUnsigned(Murmur3.hash(key), count);
  }
}
