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
  private static final Size DEFAULT_SIZE = new Size(24, 80);

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

  /**
   * How large a terminal is.
   *
   * @param lines its height
   * @param columns its width
   */
  public record Size(int lines, int columns) {}

  /** How wide the terminal is now; 80 where nobody knows. Asks a process: not for every line. */
  public static int columns() {
    return size().columns();
  }

  /** How large the terminal is now; 24 by 80 where nobody knows. Asks a process. */
  public static Size size() {
    try {
      var stty =
          new ProcessBuilder("/bin/sh", "-c", "stty size </dev/tty")
              .redirectError(Redirect.DISCARD)
              .start();
      var size = SIZE.matcher(new String(stty.getInputStream().readNBytes(32), US_ASCII).strip());
      stty.waitFor(1, TimeUnit.SECONDS);
      if (size.matches() && !size.group(1).equals("0") && !size.group(2).equals("0")) {
        return new Size(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)));
      }
    } catch (IOException e) {
      // as good as no terminal
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return DEFAULT_SIZE;
  }
}
