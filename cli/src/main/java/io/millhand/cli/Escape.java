// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;

/**
 * Makes what strangers wrote harmless to look at. Control characters (which move a terminal's
 * cursor, or forge lines of a log), bidi controls and other invisible characters become escapes;
 * letters of every script stay.
 */
public final class Escape {

  private Escape() {}

  /** Text on one line, without ambiguity: a backslash becomes two. */
  public static String text(String raw) {
    var out = new StringBuilder(raw.length() + 8);
    raw.codePoints().forEach(point -> append(out, point, true));
    return out.toString();
  }

  /** Bytes as UTF-8 text on one line, without ambiguity; what is not UTF-8 becomes {@code \xNN}. */
  public static String bytes(byte[] raw) {
    var decoder =
        UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    var out = new StringBuilder(raw.length + 8);
    var in = ByteBuffer.wrap(raw);
    var chars = CharBuffer.allocate(Math.max(2, Math.min(raw.length, 4096)));
    while (in.hasRemaining()) {
      var result = decode(decoder, in, chars, out);
      if (result.isError()) {
        for (int i = 0; i < result.length(); i++) {
          hex(out, in.get() & 0xff);
        }
      }
    }
    return out.toString();
  }

  private static CoderResult decode(
      CharsetDecoder decoder, ByteBuffer in, CharBuffer chars, StringBuilder out) {
    var result = decoder.reset().decode(in, chars, true);
    chars.flip().codePoints().forEach(point -> append(out, point, true));
    chars.clear();
    return result;
  }

  /**
   * A message of ours, which may quote what strangers wrote: line breaks, tabs and backslashes
   * stay, the rest is escaped.
   */
  public static String message(String raw) {
    var out = new StringBuilder(raw.length() + 8);
    raw.codePoints()
        .filter(point -> point != '\r')
        .forEach(
            point -> {
              if (point == '\n' || point == '\t') {
                out.append((char) point);
              } else {
                append(out, point, false);
              }
            });
    return out.toString();
  }

  /** As {@link #message}, on one line. */
  public static String line(String raw) {
    var out = new StringBuilder(raw.length() + 8);
    raw.codePoints().forEach(point -> append(out, point, false));
    return out.toString();
  }

  private static void append(StringBuilder out, int point, boolean doublesBackslash) {
    switch (point) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case '\\' -> out.append(doublesBackslash ? "\\\\" : "\\");
      default -> {
        if (point < 0x20 || point == 0x7f) {
          hex(out, point);
        } else if (isTreacherous(point)) {
          out.append(point > 0xffff ? "\\u{%x}".formatted(point) : "\\u%04x".formatted(point));
        } else {
          out.appendCodePoint(point);
        }
      }
    }
  }

  private static void hex(StringBuilder out, int value) {
    out.append("\\x%02x".formatted(value));
  }

  /** Whether it moves, hides or reorders what stands around it. */
  static boolean isTreacherous(int point) {
    if (point < 0x7f) {
      return false;
    }
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }
}
