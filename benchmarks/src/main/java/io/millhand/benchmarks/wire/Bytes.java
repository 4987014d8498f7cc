// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** A growing buffer of commands on their way out. Threads: one. */
public final class Bytes {

  private byte[] bytes = new byte[1 << 16];
  private int length;

  /** Appends a command. */
  public Bytes command(String... words) {
    head('*', words.length);
    for (var word : words) {
      bulk(word.getBytes(UTF_8));
    }
    return this;
  }

  /** Appends a bulk string. */
  public Bytes bulk(byte[] value) {
    head('$', value.length);
    put(value, 0, value.length);
    room(2);
    bytes[length++] = '\r';
    bytes[length++] = '\n';
    return this;
  }

  /** Appends a head, such as {@code *3}, with its line's end. */
  public Bytes head(char kind, int number) {
    room(16);
    bytes[length++] = (byte) kind;
    var start = length;
    var left = number;
    do {
      bytes[length++] = (byte) ('0' + left % 10);
      left /= 10;
    } while (left > 0);
    for (int i = start, j = length - 1; i < j; i++, j--) {
      var swap = bytes[i];
      bytes[i] = bytes[j];
      bytes[j] = swap;
    }
    bytes[length++] = '\r';
    bytes[length++] = '\n';
    return this;
  }

  /** Appends bytes as they are. */
  public Bytes put(byte[] from, int offset, int count) {
    room(count);
    System.arraycopy(from, offset, bytes, length, count);
    length += count;
    return this;
  }

  /** Appends what another holds. */
  public Bytes put(Bytes other) {
    return put(other.bytes, 0, other.length);
  }

  /** How many bytes it holds. */
  public int length() {
    return length;
  }

  /** Empties it. */
  public void clear() {
    length = 0;
  }

  /** Writes all in one call, and is empty again. */
  public void writeTo(OutputStream out) throws IOException {
    out.write(bytes, 0, length);
    length = 0;
  }

  private void room(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
