// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millhand.delivery.EntryId;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Writes commands as RESP arrays of bulk strings, as many as fit in one write to the socket.
 *
 * <p>Threads: one at a time.
 *
 * <p>Failure: after an {@link IOException} a command may have gone out in part; the connection is
 * of no use any more.
 *
 * @see <a href="https://redis.io/docs/latest/develop/reference/protocol-spec/">RESP</a>
 */
final class RequestWriter {

  private static final int FIRST = 1 << 10;
  private static final int MOST = 64 << 10;

  /** A longer word goes out by itself, without a copy. */
  private static final int LONG_WORD = 16 << 10;

  /** The longest number, and what stands around it. */
  private static final int HEAD = 24;

  private final OutputStream out;
  private byte[] buffer = new byte[FIRST];
  private int size;
  private long lastMillis;
  private byte[] lastMillisText = {'0', '-'};

  RequestWriter(OutputStream out) {
    this.out = out;
  }

  /** Puts a command behind those that have not gone out. */
  void add(Call call) throws IOException {
    head('*', 1L + call.args().length + call.ids().size());
    word(call.verb().bytes());
    for (var arg : call.args()) {
      word(arg);
    }
    for (var id : call.ids()) {
      id(id);
    }
  }

  /** Sends what was added. */
  void flush() throws IOException {
    var count = size;
    size = 0;
    if (count > 0) {
      out.write(buffer, 0, count);
    }
    out.flush();
  }

  private void word(byte[] word) throws IOException {
    head('$', word.length);
    if (word.length > LONG_WORD) {
      flush();
      out.write(word, 0, word.length);
    } else {
      room(word.length);
      System.arraycopy(word, 0, buffer, size, word.length);
      size += word.length;
    }
    end();
  }

  /** As {@link EntryId#toString} has it, without a string of each. */
  private void id(EntryId id) throws IOException {
    if (id.millis() < 0 || id.sequence() < 0) {
      word(id.toString().getBytes(US_ASCII));
      return;
    }
    var millis = millis(id.millis());
    head('$', millis.length + digits(id.sequence()));
    room(2 * HEAD);
    System.arraycopy(millis, 0, buffer, size, millis.length);
    size += millis.length;
    number(id.sequence());
    end();
  }

  /** With a dash behind it; entries that are settled together often have the same. */
  private byte[] millis(long millis) {
    if (millis != lastMillis) {
      lastMillis = millis;
      lastMillisText = (millis + "-").getBytes(US_ASCII);
    }
    return lastMillisText;
  }

  private void head(char type, long number) throws IOException {
    room(HEAD);
    buffer[size++] = (byte) type;
    number(number);
    end();
  }

  private void end() throws IOException {
    room(2);
    buffer[size++] = '\r';
    buffer[size++] = '\n';
  }

  /** A number that is not negative. */
  private void number(long number) {
    var place = size + digits(number);
    size = place;
    var left = number;
    do {
      buffer[--place] = (byte) ('0' + left % 10);
      left /= 10;
    } while (left > 0);
  }

  private static int digits(long number) {
    var digits = 1;
    for (var left = number; left >= 10; left /= 10) {
      digits++;
    }
    return digits;
  }

  private void room(int bytes) throws IOException {
    if (buffer.length - size >= bytes) {
      return;
    }
    if (size + bytes > MOST) {
      flush();
    }
    if (buffer.length - size < bytes) {
      buffer = Arrays.copyOf(buffer, Math.min(MOST, Math.max(2 * buffer.length, size + bytes)));
    }
  }
}
