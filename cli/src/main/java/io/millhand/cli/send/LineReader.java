// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.send;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** Takes bytes apart into lines, of any encoding, with bounded memory. Used by one thread. */
public final class LineReader {

  /** Longer lines are cut: an entry may have 1 MiB, and JSON may write a byte as six. */
  public static final int MAX_LINE = 8 << 20;

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int from;
  private int to;
  private long bytesRead;
  private long number;

  /** Reads from there; whoever opened it closes it. */
  public LineReader(InputStream in) {
    this.in = in;
  }

  /**
   * A line.
   *
   * @param number counted from 1
   * @param raw its bytes, its end included
   * @param size whether that is all of it
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Line(long number, byte[] raw, Size size) {

    /** Without its end. */
    public byte[] content() {
      var length = raw.length;
      if (length > 0 && raw[length - 1] == '\n') {
        length--;
      }
      if (length > 0 && raw[length - 1] == '\r') {
        length--;
      }
      return Arrays.copyOf(raw, length);
    }

    /** Whether nothing stands on it. */
    public boolean isEmpty() {
      return content().length == 0;
    }
  }

  /** Whether a line is too long. */
  public enum Size {
    /** It is not. */
    WHOLE,
    /** It is, and the rest was skipped. */
    CUT
  }

  /** The next line; empty at the end. A byte order mark at the beginning is left out. */
  public Optional<Line> next() throws IOException {
    var line = new ByteArrayOutputStream(256);
    var size = Size.WHOLE;
    var ended = false;
    while (!ended && (from < to || fill())) {
      var end = indexOfEnd();
      ended = end < to;
      var length = (ended ? end + 1 : to) - from;
      if (line.size() + length > MAX_LINE) {
        size = Size.CUT;
      } else {
        line.write(buffer, from, length);
      }
      from += length;
    }
    if (!ended && line.size() == 0 && size == Size.WHOLE) {
      return Optional.empty();
    }
    number++;
    var raw = line.toByteArray();
    return Optional.of(new Line(number, number == 1 ? withoutMark(raw) : raw, size));
  }

  private int indexOfEnd() {
    var i = from;
    while (i < to && buffer[i] != '\n') {
      i++;
    }
    return i;
  }

  private boolean fill() throws IOException {
    var count = in.read(buffer);
    from = 0;
    to = Math.max(0, count);
    bytesRead += to;
    return count > 0;
  }

  private static byte[] withoutMark(byte[] raw) {
    return raw.length >= 3 && Arrays.equals(raw, 0, 3, BYTE_ORDER_MARK, 0, 3)
        ? Arrays.copyOfRange(raw, 3, raw.length)
        : raw;
  }

  long bytesRead() {
    return bytesRead;
  }
}
