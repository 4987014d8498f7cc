// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * What is known of an entry that did not succeed at once: one value of the {@code failures} hash,
 * as text {@code attempts crashes first last why error}.
 *
 * @param attempts how often a handler failed
 * @param crashes how often a worker died with it
 * @param firstMillis server time of the first failure
 * @param lastMillis server time of the last one
 * @param why what was last written: a failure, a crash, a reclaim, a put-back
 * @param error the last error in words, 200 bytes at most
 */
public record Failure(
    int attempts, int crashes, long firstMillis, long lastMillis, Why why, String error) {

  /** Nothing has failed. */
  public static final Failure NONE = new Failure(0, 0, 0, 0, Why.FAILED, "");

  private static final int MAX_ERROR_BYTES = 200;

  /** What a record was last written for. */
  public enum Why {
    /** A handler failed, or asked for a delay. */
    FAILED('f'),
    /** Its worker died. */
    CRASHED('c'),
    /** A consumer that is not ours held it too long. */
    RECLAIMED('r'),
    /** An operator put it back. */
    PUT_BACK('p');

    private final char letter;

    Why(char letter) {
      this.letter = letter;
    }

    char letter() {
      return letter;
    }

    static Why of(char letter) {
      for (var why : values()) {
        if (why.letter == letter) {
          return why;
        }
      }
      return FAILED;
    }
  }

  /** Reads a value of the hash; what cannot be read counts as nothing: the record is a hint. */
  static Failure parse(byte @Nullable [] value) {
    if (value == null) {
      return NONE;
    }
    var parts = new String(value, UTF_8).split(" ", 6);
    if (parts.length < 5 || parts[4].isEmpty()) {
      return NONE;
    }
    try {
      return new Failure(
          Integer.parseInt(parts[0]),
          Integer.parseInt(parts[1]),
          Long.parseLong(parts[2]),
          Long.parseLong(parts[3]),
          Why.of(parts[4].charAt(0)),
          parts.length > 5 ? parts[5] : "");
    } catch (NumberFormatException e) {
      return NONE;
    }
  }

  /** Cuts an error text to what a record holds, on one line. */
  public static String clip(String error) {
    var line = error.replaceAll("\\s+", " ").strip();
    var bytes = line.getBytes(UTF_8);
    if (bytes.length <= MAX_ERROR_BYTES) {
      return line;
    }
    var end = MAX_ERROR_BYTES;
    while (end > 0 && (bytes[end] & 0xC0) == 0x80) {
      end--;
    }
    return new String(bytes, 0, end, UTF_8);
  }
}
