// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads RESP2 replies out of a buffer of its own. Trusts every reply: for measuring only.
 *
 * <p>Threads: one. Failure: {@link IOException}, also for an error reply.
 */
public final class RespReader {

  private final InputStream in;
  private byte[] buffer = new byte[1 << 18];
  private int at;
  private int end;

  /** Reads from this stream, which stays the caller's. */
  public RespReader(InputStream in) {
    this.in = in;
  }

  /** A reply of any kind: Long, String, List, or null. */
  public @Nullable Object reply() throws IOException {
    var kind = next();
    if (kind == '+') {
      return line();
    }
    if (kind == '-') {
      throw new IOException("Redis says: " + line());
    }
    var number = digits();
    return switch (kind) {
      case ':' -> number;
      case '$' -> number < 0 ? null : text((int) number);
      case '*' -> number < 0 ? null : list((int) number);
      default -> throw new IOException("not a reply: " + (char) kind);
    };
  }

  /** The number in the head of a reply that must be of this kind. */
  public long head(char kind) throws IOException {
    var found = next();
    if (found == '-') {
      throw new IOException("Redis says: " + line());
    }
    if (found != kind) {
      throw new IOException("wanted " + kind + ", got " + (char) found);
    }
    return digits();
  }

  /** A bulk string, written to {@code out} as it stands on the wire, head included. */
  public void copyBulk(Bytes out) throws IOException {
    var length = (int) head('$');
    need(length + 2);
    out.head('$', length);
    out.put(buffer, at, length + 2);
    at += length + 2;
  }

  /** Passes over a bulk string. */
  public void skipBulk() throws IOException {
    skip(head('$') + 2);
  }

  /** A bulk string as text. */
  public String bulk() throws IOException {
    return text((int) head('$'));
  }

  private void skip(long bytes) throws IOException {
    var left = bytes;
    while (left > end - at) {
      left -= end - at;
      at = end;
      fill(1);
    }
    at += (int) left;
  }

  private List<@Nullable Object> list(int count) throws IOException {
    var list = new ArrayList<@Nullable Object>(count);
    for (int i = 0; i < count; i++) {
      list.add(reply());
    }
    return list;
  }

  private String text(int length) throws IOException {
    need(length + 2);
    var text = new String(buffer, at, length, UTF_8);
    at += length + 2;
    return text;
  }

  private String line() throws IOException {
    var text = new StringBuilder();
    for (int c = next(); c != '\r'; c = next()) {
      text.append((char) c);
    }
    next();
    return text.toString();
  }

  private long digits() throws IOException {
    long value = 0;
    var c = next();
    var negative = c == '-';
    if (negative) {
      c = next();
    }
    for (; c != '\r'; c = next()) {
      value = value * 10 + c - '0';
    }
    next();
    return negative ? -value : value;
  }

  private int next() throws IOException {
    if (at == end) {
      fill(1);
    }
    return buffer[at++];
  }

  private void need(int bytes) throws IOException {
    if (end - at < bytes) {
      fill(bytes);
    }
  }

  /** Reads until so many bytes are there behind {@code at}. */
  private void fill(int bytes) throws IOException {
    var held = end - at;
    var into = bytes > buffer.length ? new byte[bytes] : buffer;
    System.arraycopy(buffer, at, into, 0, held);
    buffer = into;
    at = 0;
    end = held;
    while (end < bytes) {
      var read = in.read(buffer, end, buffer.length - end);
      if (read < 0) {
        throw new EOFException("Redis closed the connection");
      }
      end += read;
    }
  }
}
