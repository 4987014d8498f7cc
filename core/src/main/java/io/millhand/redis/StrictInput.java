// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import java.io.InputStream;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.RedisInputStream;

/**
 * Takes no number that is none. The client library reads any byte as a digit and makes room for as
 * many as it found: one wrong byte before a reply, and a worker would be out of memory.
 */
final class StrictInput extends RedisInputStream {

  /** Redis' own proto-max-bulk-len. */
  private static final int LONGEST = 512 << 20;

  private static final int MOST_DIGITS = 19;

  StrictInput(InputStream from) {
    super(from);
  }

  /** How long something is, or -1 for nothing. */
  @Override
  public int readIntCrLf() {
    var length = readLongCrLf();
    if (length < -1 || length > LONGEST) {
      throw wrong();
    }
    return (int) length;
  }

  @Override
  public long readLongCrLf() {
    var next = readByte();
    var negative = next == '-';
    if (negative) {
      next = readByte();
    }
    // Kept negative: there is one more of those.
    var value = 0L;
    var digits = 0;
    for (; next != '\r'; next = readByte()) {
      if (next < '0' || next > '9' || ++digits > MOST_DIGITS) {
        throw wrong();
      }
      value = value * 10 - (next - '0');
    }
    if (digits == 0 || readByte() != '\n') {
      throw wrong();
    }
    return negative ? value : -value;
  }

  private static JedisConnectionException wrong() {
    return new JedisConnectionException("what was answered is no reply of Redis");
  }
}
