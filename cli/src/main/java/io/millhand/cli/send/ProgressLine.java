// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.send;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * A line on the terminal that is written over and over: how many, how quickly, how far. Used by one
 * thread.
 */
final class ProgressLine implements AutoCloseable {

  private static final long EVERY = Duration.ofMillis(200).toNanos();
  private static final String CLEAR = "\r\u001b[K";
  private static final int BAR = 30;

  private final PrintWriter out;
  private final OptionalLong totalBytes;
  private final long started = System.nanoTime();
  private long next = started + EVERY;
  private boolean drawn;

  /**
   * Nothing is drawn yet.
   *
   * @param totalBytes how many there are, where that is known
   */
  ProgressLine(PrintWriter out, OptionalLong totalBytes) {
    this.out = out;
    this.totalBytes = totalBytes;
  }

  void show(long added, long bytesRead) {
    var now = System.nanoTime();
    if (now - next < 0) {
      return;
    }
    next = now + EVERY;
    drawn = true;
    out.print(CLEAR + text(added, bytesRead, (now - started) / 1e9));
    out.flush();
  }

  private String text(long added, long bytesRead, double seconds) {
    var text = String.format(Locale.ROOT, "%,d added  %,.0f/s", added, added / seconds);
    if (totalBytes.isEmpty() || totalBytes.getAsLong() == 0) {
      return text;
    }
    var share = Math.min(1.0, (double) bytesRead / totalBytes.getAsLong());
    var full = (int) (share * BAR);
    return text
        + String.format(
            Locale.ROOT, "  %s%s %3.0f %%", "█".repeat(full), "░".repeat(BAR - full), share * 100);
  }

  @Override
  public void close() {
    if (drawn) {
      out.print(CLEAR);
      out.flush();
    }
  }
}
