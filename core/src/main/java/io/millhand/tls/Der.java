// SPDX-License-Identifier: Apache-2.0
package io.millhand.tls;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** As much of DER, the encoding of keys, as it takes to put one into another envelope. */
final class Der {

  static final int OCTETS = 4;
  static final int SEQUENCE = 0x30;
  static final int CONTEXT_0 = 0xa0;

  private static final int LONG = 0x80;

  private Der() {}

  /**
   * A value.
   *
   * @param tag what it is
   * @param content its bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Value(int tag, byte[] content) {}

  /** A value's encoding, of its content in parts. */
  static byte[] of(int tag, byte[]... parts) {
    var length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    var out = new ByteArrayOutputStream(length + 4);
    out.write(tag);
    if (length < LONG) {
      out.write(length);
    } else {
      out.write(LONG | 3);
      out.write(length >> 16);
      out.write(length >> 8);
      out.write(length);
    }
    for (var part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /**
   * The one value that is encoded there.
   *
   * @throws GeneralSecurityException when there is none, or more
   */
  static Value only(byte[] encoded) throws GeneralSecurityException {
    var values = values(encoded);
    if (values.size() != 1) {
      throw broken();
    }
    return values.getFirst();
  }

  /**
   * The values of which that one is made.
   *
   * @throws GeneralSecurityException when it is made of none
   */
  static List<Value> children(Value of) throws GeneralSecurityException {
    return values(of.content());
  }

  private static List<Value> values(byte[] bytes) throws GeneralSecurityException {
    var values = new ArrayList<Value>();
    var at = 0;
    while (at < bytes.length) {
      var tag = bytes[at] & 0xff;
      var from = afterLength(bytes, at + 1);
      var end = from + length(bytes, at + 1);
      if (end > bytes.length || end < from) {
        throw broken();
      }
      values.add(new Value(tag, Arrays.copyOfRange(bytes, from, end)));
      at = end;
    }
    return values;
  }

  private static int afterLength(byte[] bytes, int at) throws GeneralSecurityException {
    if (at >= bytes.length) {
      throw broken();
    }
    var first = bytes[at] & 0xff;
    return first < LONG ? at + 1 : at + 1 + (first & ~LONG);
  }

  private static int length(byte[] bytes, int at) throws GeneralSecurityException {
    var after = afterLength(bytes, at);
    if (after == at + 1) {
      return bytes[at];
    }
    if (after > bytes.length || after > at + 4) {
      throw broken();
    }
    var length = 0;
    for (var i = at + 1; i < after; i++) {
      length = (length << 8) | (bytes[i] & 0xff);
    }
    return length;
  }

  private static GeneralSecurityException broken() {
    return new GeneralSecurityException("it is no DER");
  }
}
