// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import java.io.PrintWriter;
import java.util.List;

/**
 * The terminal's second screen, which no resize reflows; the first one is as it was when this is
 * closed. A picture is one write, in which each line overwrites the one before, so nothing
 * flickers. Not thread-safe, but for {@link #LEAVE}, which anybody may print who ends the process.
 */
public final class Screen implements AutoCloseable {

  private static final String ESC = "\u001b[";

  /** Second screen, no cursor, no wrapping of long lines. */
  private static final String ENTER = ESC + "?1049h" + ESC + "?25l" + ESC + "?7l";

  /** The terminal as it was. */
  public static final String LEAVE = ESC + "?7h" + ESC + "?25h" + ESC + "?1049l";

  private static final String HOME = ESC + "H";
  private static final String REST_OF_LINE = ESC + "K";
  private static final String REST_OF_SCREEN = ESC + "J";
  private static final int PICTURES_PER_MEASURE = 5;

  private final PrintWriter out;
  private Terminal.Size size = Terminal.size();
  private int pictures;
  private boolean closed;

  /** Takes the terminal over. */
  public Screen(PrintWriter out) {
    this.out = out;
    out.print(ENTER + HOME + REST_OF_SCREEN);
    out.flush();
  }

  /**
   * How much room there is, or was a few pictures ago. The last column stays free: to erase the
   * rest of a full line would take its last character.
   */
  public Terminal.Size size() {
    return new Terminal.Size(size.lines(), size.columns() - 1);
  }

  /** Shows these lines, which are safe, as far as there is room. */
  public void show(List<String> lines) {
    if (++pictures % PICTURES_PER_MEASURE == 0) {
      size = Terminal.size();
    }
    var picture = new StringBuilder(HOME);
    for (int i = 0; i < Math.min(lines.size(), size.lines()); i++) {
      picture.append(i == 0 ? "" : "\r\n").append(lines.get(i)).append(REST_OF_LINE);
    }
    out.print(picture.append(REST_OF_SCREEN));
    out.flush();
  }

  /** Whether somebody is still there to see it. */
  public boolean isWatched() {
    return !out.checkError();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      out.print(LEAVE);
      out.flush();
    }
  }
}
