// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.send;

import io.millhand.cli.LiveLine;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.OptionalLong;

/** How many entries were added, how quickly, how far: on the terminal. Used by one thread. */
final class ProgressLine implements AutoCloseable {

  private static final int BAR = 30;

  private final LiveLine line;
  private final OptionalLong totalBytes;
  private final long started = System.nanoTime();

  /**
   * Nothing is drawn yet.
   *
   * @param totalBytes how many there are, where that is known
   */
  ProgressLine(PrintWriter out, OptionalLong totalBytes) {
    this.line = new LiveLine(out);
    this.totalBytes = totalBytes;
  }

  void show(long added, long bytesRead) {
    line.show(() -> text(added, bytesRead, (System.nanoTime() - started) / 1e9));
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
    line.close();
  }
}
