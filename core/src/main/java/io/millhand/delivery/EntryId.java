// SPDX-License-Identifier: Apache-2.0
package io.millhand.delivery;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;

/**
 * The id of an entry: the server's time in milliseconds at which it was added, and a sequence
 * number within that millisecond. Both halves are unsigned 64-bit numbers, as in Redis.
 *
 * @param millis the millisecond half
 * @param sequence the sequence half
 */
public record EntryId(long millis, long sequence) implements Comparable<EntryId> {

  /** The smallest id, {@code 0-0}; no entry has it. */
  public static final EntryId ZERO = new EntryId(0, 0);

  /**
   * Reads {@code millis-sequence}, or {@code millis} alone, which stands for {@code millis-0}.
   *
   * @throws IllegalArgumentException when the text is not an entry id
   */
  public static EntryId parse(String text) {
    var dash = text.indexOf('-');
    try {
      return dash < 0
          ? new EntryId(Long.parseUnsignedLong(text), 0)
          : new EntryId(
              Long.parseUnsignedLong(text, 0, dash, 10),
              Long.parseUnsignedLong(text, dash + 1, text.length(), 10));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "not an entry id: expected <milliseconds>-<sequence>, such as 1700000000000-0", e);
    }
  }

  /** Reads an id from the bytes of a Redis reply. */
  public static EntryId parse(byte[] ascii) {
    long millis = 0;
    for (int i = 0; i < ascii.length; i++) {
      if (ascii[i] == '-') {
        return new EntryId(millis, digits(ascii, i + 1));
      }
      millis = millis * 10 + digit(ascii, i);
    }
    return new EntryId(millis, 0);
  }

  /** The first id that an entry added at that instant can have. */
  public static EntryId at(Instant time) {
    return new EntryId(Math.max(0, time.toEpochMilli()), 0);
  }

  /** Ids of neighbouring milliseconds, as they are held at one time, have different ones. */
  @Override
  public int hashCode() {
    // Odd, about 2^64 divided by the golden ratio: see Knuth, The Art of Computer Programming, 6.4.
    return Long.hashCode(millis * 0x9E3779B97F4A7C15L + sequence);
  }

  /** The time half as an instant of the server's clock. */
  public Instant time() {
    return Instant.ofEpochMilli(millis);
  }

  /** The greatest id below this one; {@code 0-0} stays itself. */
  public EntryId previous() {
    if (sequence != 0) {
      return new EntryId(millis, sequence - 1);
    }
    return millis == 0 ? this : new EntryId(millis - 1, -1L);
  }

  /** The smallest id above this one; the greatest id stays itself. */
  public EntryId next() {
    if (sequence != -1L) {
      return new EntryId(millis, sequence + 1);
    }
    return millis == -1L ? this : new EntryId(millis + 1, 0);
  }

  /** The bytes that Redis expects. */
  public byte[] bytes() {
    return toString().getBytes(US_ASCII);
  }

  @Override
  public int compareTo(EntryId other) {
    var byMillis = Long.compareUnsigned(millis, other.millis);
    return byMillis != 0 ? byMillis : Long.compareUnsigned(sequence, other.sequence);
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(sequence);
  }

  private static long digits(byte[] ascii, int from) {
    long value = 0;
    for (int i = from; i < ascii.length; i++) {
      value = value * 10 + digit(ascii, i);
    }
    return value;
  }

  private static int digit(byte[] ascii, int at) {
    var digit = ascii[at] - '0';
    if (digit < 0 || digit > 9) {
      throw new IllegalArgumentException("not an entry id: " + new String(ascii, US_ASCII));
    }
    return digit;
  }
}
