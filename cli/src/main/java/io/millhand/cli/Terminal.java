// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** What stands at the other end of our streams. */
public final class Terminal {

  /**
   * Set by the launcher to those of 0, 1 and 2 that are terminals: Java itself can only tell of all
   * at once.
   */
  private static final String PROPERTY = "millhand.tty";

  private static final Pattern SIZE = Pattern.compile("(\\d+) (\\d+)");
  private static final int DEFAULT_COLUMNS = 80;

  private Terminal() {}

  /** One of our streams. */
  public enum Stream {
    /** Standard input. */
    IN('0'),
    /** Standard output. */
    OUT('1'),
    /** Standard error. */
    ERR('2');

    private final char number;

    Stream(char number) {
      this.number = number;
    }
  }

  /** Whether that stream is a terminal, as far as we know. */
  public static boolean is(Stream stream) {
    var known = System.getProperty(PROPERTY);
    return known != null && known.indexOf(stream.number) >= 0;
  }

  /** Whether to print colours there: a terminal that is not dumb, and nobody set NO_COLOR. */
  public static boolean hasColours(Stream stream) {
    var noColour = System.getenv("NO_COLOR");
    return is(stream)
        && (noColour == null || noColour.isEmpty())
        && !"dumb".equals(System.getenv("TERM"));
  }

  /** How wide the terminal is now; 80 where nobody knows. Asks a process: not for every line. */
  public static int columns() {
    try {
      var stty =
          new ProcessBuilder("/bin/sh", "-c", "stty size </dev/tty")
              .redirectError(Redirect.DISCARD)
              .start();
      var size = SIZE.matcher(new String(stty.getInputStream().readNBytes(32), US_ASCII).strip());
      stty.waitFor(1, TimeUnit.SECONDS);
      var columns = size.matches() ? Integer.parseInt(size.group(2)) : 0;
      return columns > 0 ? columns : DEFAULT_COLUMNS;
    } catch (IOException e) {
      return DEFAULT_COLUMNS;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return DEFAULT_COLUMNS;
    }
  }
}
