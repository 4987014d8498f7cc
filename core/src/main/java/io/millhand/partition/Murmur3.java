// SPDX-License-Identifier: Apache-2.0
package io.millhand.partition;

/** MurmurHash3, 32 bits, as its author published it for x86, with seed 0. */
final class Murmur3 {

  private static final int C1 = 0xcc9e2d51;
  private static final int C2 = 0x1b873593;

  private Murmur3() {}

  static int hash(byte[] bytes) {
    var hash = 0;
    var blocks = bytes.length / 4;
    for (int i = 0; i < blocks; i++) {
      var at = i * 4;
      var word =
          (bytes[at] & 0xff)
              | ((bytes[at + 1] & 0xff) << 8)
              | ((bytes[at + 2] & 0xff) << 16)
              | ((bytes[at + 3] & 0xff) << 24);
      hash = Integer.rotateLeft(hash ^ mixed(word), 13) * 5 + 0xe6546b64;
    }
    var tail = 0;
    for (int i = bytes.length - 1; i >= blocks * 4; i--) {
      tail = (tail << 8) | (bytes[i] & 0xff);
    }
    return finished(hash ^ mixed(tail) ^ bytes.length);
  }

  private static int mixed(int word) {
    return Integer.rotateLeft(word * C1, 15) * C2;
  }

  private static int finished(int hash) {
    var mixed = (hash ^ (hash >>> 16)) * 0x85ebca6b;
    mixed = (mixed ^ (mixed >>> 13)) * 0xc2b2ae35;
    return mixed ^ (mixed >>> 16);
  }
}
