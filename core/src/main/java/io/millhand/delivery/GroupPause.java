// SPDX-License-Identifier: Apache-2.0
package io.millhand.delivery;

import java.time.Instant;

/**
 * That a group is paused for all its workers, until somebody resumes it. Safe to print: what could
 * confuse a terminal or a log is replaced, and long texts are cut.
 *
 * @param who paused it, as that one called itself; 200 characters at most
 * @param since when, by the server's clock
 * @param why in words; may be empty; 500 characters at most
 */
public record GroupPause(String who, Instant since, String why) {

  private static final int WHO = 200;
  private static final int WHY = 500;

  /** Whatever somebody wrote into Redis. */
  public GroupPause {
    who = printable(who, WHO);
    why = printable(why, WHY);
  }

  private static String printable(String text, int most) {
    var clean = new StringBuilder();
    text.codePoints()
        .limit(most)
        .forEach(point -> clean.appendCodePoint(isPrintable(point) ? point : '?'));
    return clean.toString();
  }

  private static boolean isPrintable(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** {@code ann@host since 2026-01-31T02:10:00Z: the bank is down}. */
  @Override
  public String toString() {
    return "%s since %s%s"
        .formatted(
            who,
            since.truncatedTo(java.time.temporal.ChronoUnit.SECONDS),
            why.isEmpty() ? "" : ": " + why);
  }
}
