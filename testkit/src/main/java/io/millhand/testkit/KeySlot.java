// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** Which slot of a cluster a key belongs to. */
final class KeySlot {

  private static final int POLYNOMIAL = 0x1021;

  private KeySlot() {}

  static int of(String key) {
    return crc16(hashed(key.getBytes(UTF_8))) % EmbeddedCluster.SLOTS;
  }

  /** What is between the first brace and the first that closes after it, unless that is nothing. */
  private static byte[] hashed(byte[] key) {
    var open = indexOf(key, '{', 0);
    var close = open < 0 ? -1 : indexOf(key, '}', open + 1);
    return close <= open + 1 ? key : Arrays.copyOfRange(key, open + 1, close);
  }

  private static int indexOf(byte[] bytes, char wanted, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  /** CRC-16/XMODEM. */
  private static int crc16(byte[] bytes) {
    int crc = 0;
    for (var b : bytes) {
      crc ^= (b & 0xff) << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) == 0 ? crc << 1 : (crc << 1) ^ POLYNOMIAL;
      }
      crc &= 0xffff;
    }
    return crc;
  }
}
