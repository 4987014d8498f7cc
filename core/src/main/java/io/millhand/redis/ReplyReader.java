// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads replies in RESP2, and takes nothing that is none: a byte that got lost would else be made
 * up for by the next reply, and a wrong length ask for all of the heap.
 *
 * <p>Entries are made of the bytes as they come. Names that stand at the same place in each entry
 * are kept once.
 *
 * <p>Threads: one at a time.
 *
 * <p>Failure: after an {@link IOException} nobody knows what the next byte is; the connection is of
 * no use any more.
 *
 * @see <a href="https://redis.io/docs/latest/develop/reference/protocol-spec/">RESP</a>
 */
final class ReplyReader {

  /** Redis' own proto-max-bulk-len. */
  private static final int LONGEST = 512 << 20;

  /** Room that is made before what fills it has come. */
  private static final int AT_ONCE = 1 << 20;

  private static final int MOST_DIGITS = 19;
  private static final int DEEPEST = 32;
  private static final int FIRST = 8 << 10;
  private static final int MOST = 64 << 10;
  private static final int NAMES = 32;
  private static final int NAME_MOST = 256;
  private static final byte[] EMPTY = new byte[0];

  private final InputStream in;
  private byte[] buffer = new byte[FIRST];
  private int at;
  private int end;

  /** The names that were last met, each at its place in an entry. */
  private final byte[][] names = new byte[NAMES][];

  ReplyReader(InputStream in) {
    this.in = in;
    Arrays.fill(names, EMPTY);
  }

  /** What a reply is made into. */
  enum Shape {
    /** A number, bytes, nothing, an {@link ErrorReply}, or a list of those. */
    PARTS,
    /** The entries of the one stream that XREADGROUP was asked for, or an {@link ErrorReply}. */
    ENTRIES_OF_STREAM,
    /** A list of entries, as XRANGE has it, or an {@link ErrorReply}. */
    ENTRIES
  }

  /** The next reply. */
  @Nullable Object read(Shape shape) throws IOException {
    var type = next();
    if (type == '*') {
      return switch (shape) {
        case PARTS -> list(0);
        case ENTRIES -> entries(length());
        case ENTRIES_OF_STREAM -> entriesOfStream();
      };
    }
    if (type == '$' && shape != Shape.PARTS) {
      require(length() == -1); // what RESP2 has for nothing
      return List.of();
    }
    return part(type, 0);
  }

  /** Whether more has come than was read: the system is asked, too. */
  boolean hasMore() throws IOException {
    return holdsMore() || in.available() > 0;
  }

  /** Whether more than was read came along with it. */
  boolean holdsMore() {
    return at < end;
  }

  private @Nullable Object part(int type, int depth) throws IOException {
    return switch (type) {
      case '$' -> bytes();
      case ':' -> number();
      case '*' -> list(depth);
      case '+' -> line();
      case '-' -> new ErrorReply(new String(line(), UTF_8));
      default -> throw wrong();
    };
  }

  private @Nullable List<@Nullable Object> list(int depth) throws IOException {
    var count = length();
    if (count < 0) {
      return null;
    }
    require(depth < DEEPEST);
    var list = new ArrayList<@Nullable Object>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      list.add(part(next(), depth + 1));
    }
    return list;
  }

  private List<Entry> entriesOfStream() throws IOException {
    var streams = length();
    if (streams < 0) {
      return List.of();
    }
    require(streams == 1 && next() == '*' && length() == 2 && next() == '$');
    skip(length());
    require(next() == '*');
    return entries(length());
  }

  private List<Entry> entries(int count) throws IOException {
    if (count <= 0) {
      return List.of();
    }
    var entries = new ArrayList<Entry>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      require(next() == '*' && length() == 2 && next() == '$');
      var id = id();
      require(next() == '*');
      entries.add(new Entry(id, fields(length())));
    }
    return entries;
  }

  /** Of an entry whose body is gone there are none (nil, up to 6.2). */
  private Fields fields(int count) throws IOException {
    if (count <= 0) {
      return Fields.empty();
    }
    require(count % 2 == 0);
    var pairs = new byte[Math.min(count, 1024)][];
    for (int i = 0; i < count; i++) {
      if (i == pairs.length) {
        pairs = Arrays.copyOf(pairs, Math.min(count, 2 * pairs.length));
      }
      require(next() == '$');
      pairs[i] = i % 2 == 0 ? name(i / 2) : required(bytes());
    }
    return Fields.ofPairs(pairs);
  }

  /** The one that is known, if it is the same. */
  private byte[] name(int place) throws IOException {
    var length = length();
    require(length >= 0);
    if (place >= NAMES || length > NAME_MOST || !fill(length + 2)) {
      return bytes(length);
    }
    var known = names[place];
    if (Arrays.equals(buffer, at, at + length, known, 0, known.length)) {
      at += length;
      endOfLine();
      return known;
    }
    var fresh = bytes(length);
    names[place] = fresh;
    return fresh;
  }

  private EntryId id() throws IOException {
    var length = length();
    require(length >= 3 && fill(length + 2));
    var dash = at + 1;
    while (dash < at + length - 1 && buffer[dash] != '-') {
      dash++;
    }
    var id = new EntryId(unsigned(at, dash), unsigned(dash + 1, at + length));
    require(buffer[dash] == '-');
    at += length;
    endOfLine();
    return id;
  }

  private long unsigned(int from, int to) throws IOException {
    require(to > from && to - from <= MOST_DIGITS + 1);
    var value = 0L;
    for (int i = from; i < to; i++) {
      var digit = buffer[i] - '0';
      require(digit >= 0 && digit <= 9);
      value = value * 10 + digit;
    }
    return value;
  }

  private byte @Nullable [] bytes() throws IOException {
    var length = length();
    return length < 0 ? null : bytes(length);
  }

  private byte[] bytes(int length) throws IOException {
    byte[] bytes;
    if (length == 0) {
      bytes = EMPTY;
    } else if (fill(length + 2)) {
      bytes = Arrays.copyOfRange(buffer, at, at + length);
      at += length;
    } else {
      bytes = longBytes(length);
    }
    endOfLine();
    return bytes;
  }

  /** More than the buffer holds. */
  private byte[] longBytes(int length) throws IOException {
    var bytes = new byte[Math.min(length, AT_ONCE)];
    var count = Math.min(end - at, length);
    System.arraycopy(buffer, at, bytes, 0, count);
    at += count;
    while (count < length) {
      if (count == bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * bytes.length));
      }
      var more = in.read(bytes, count, bytes.length - count);
      if (more < 0) {
        throw ended();
      }
      count += more;
    }
    return bytes;
  }

  private void skip(int length) throws IOException {
    require(length >= 0);
    for (int left = length; left > 0; ) {
      if (at == end) {
        more();
      }
      var step = Math.min(left, end - at);
      at += step;
      left -= step;
    }
    endOfLine();
  }

  /** A line without its end. */
  private byte[] line() throws IOException {
    var from = 0;
    while (true) {
      for (int i = at + from; i < end; i++) {
        if (buffer[i] == '\r') {
          var line = Arrays.copyOfRange(buffer, at, i);
          at = i;
          endOfLine();
          return line;
        }
      }
      from = end - at;
      require(from < MOST && fill(from + 1));
    }
  }

  /** How long or how many, or -1 for nothing. */
  private int length() throws IOException {
    var length = number();
    require(length >= -1 && length <= LONGEST);
    return (int) length;
  }

  private long number() throws IOException {
    var next = next();
    var negative = next == '-';
    if (negative) {
      next = next();
    }
    // Kept negative: there is one more of those.
    var value = 0L;
    var digits = 0;
    for (; next != '\r'; next = next()) {
      require(next >= '0' && next <= '9' && ++digits <= MOST_DIGITS);
      value = value * 10 - (next - '0');
    }
    require(digits > 0 && next() == '\n');
    return negative ? value : -value;
  }

  private void endOfLine() throws IOException {
    require(next() == '\r' && next() == '\n');
  }

  private byte next() throws IOException {
    if (at == end) {
      more();
    }
    return buffer[at++];
  }

  /** Whether so many bytes are in the buffer, once all that fit have come. */
  private boolean fill(int bytes) throws IOException {
    if (end - at >= bytes) {
      return true;
    }
    if (bytes > MOST) {
      return false;
    }
    if (buffer.length - at < bytes) {
      var room = bytes <= buffer.length ? buffer : new byte[Math.min(MOST, roomFor(bytes))];
      System.arraycopy(buffer, at, room, 0, end - at);
      buffer = room;
      end -= at;
      at = 0;
    }
    while (end - at < bytes) {
      receive();
    }
    return true;
  }

  private int roomFor(int bytes) {
    return Math.max(bytes, 2 * buffer.length);
  }

  /** The buffer is empty: reads more, into a larger one where it was full. */
  private void more() throws IOException {
    if (end == buffer.length && buffer.length < MOST) {
      buffer = new byte[2 * buffer.length];
    }
    at = 0;
    end = 0;
    receive();
  }

  private void receive() throws IOException {
    var count = in.read(buffer, end, buffer.length - end);
    if (count < 0) {
      throw ended();
    }
    end += count;
  }

  private static byte[] required(byte @Nullable [] bytes) throws IOException {
    if (bytes == null) {
      throw wrong();
    }
    return bytes;
  }

  private static void require(boolean holds) throws IOException {
    if (!holds) {
      throw wrong();
    }
  }

  private static ProtocolException wrong() {
    return new ProtocolException("what was answered is no reply of Redis");
  }

  private static EOFException ended() {
    return new EOFException("the server closed the connection");
  }
}
