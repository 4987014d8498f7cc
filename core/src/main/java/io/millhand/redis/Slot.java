// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The Cluster's hash slot of a key: CRC16 (XMODEM) of its hash tag, or of all of it, modulo 16384,
 * as the Redis Cluster specification has it.
 */
final class Slot {

  /** How many there are. */
  static final int COUNT = 16_384;

  private static final int POLYNOMIAL = 0x1021;

  private Slot() {}

  static int of(String key) {
    var bytes = Keys.hashed(key).getBytes(UTF_8);
    int crc = 0;
    for (var each : bytes) {
      crc ^= (each & 0xFF) << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) == 0 ? crc << 1 : (crc << 1) ^ POLYNOMIAL;
      }
      crc &= 0xFFFF;
    }
    return crc % COUNT;
  }
}
