// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * A line on the terminal that is written over and over, and gone at the end. Used by one thread.
 */
public final class LiveLine implements AutoCloseable {

  private static final long EVERY = Duration.ofMillis(200).toNanos();
  private static final String CLEAR = "\r\u001b[K";

  private final PrintWriter out;
  private long next = System.nanoTime() + EVERY;
  private boolean drawn;

  /** On that terminal. */
  public LiveLine(PrintWriter out) {
    this.out = out;
  }

  /** On stderr, where that is a terminal; else nowhere. */
  public static LiveLine onTerminal(PrintWriter err) {
    return new LiveLine(
        Terminal.is(Terminal.Stream.ERR) ? err : new PrintWriter(Writer.nullWriter()));
  }

  /** Shows that text, which is safe, unless the last one is very fresh. */
  public void show(Supplier<String> text) {
    var now = System.nanoTime();
    if (now - next < 0) {
      return;
    }
    next = now + EVERY;
    drawn = true;
    out.print(CLEAR + text.get());
    out.flush();
  }

  @Override
  public void close() {
    if (drawn) {
      out.print(CLEAR);
      out.flush();
    }
  }
}
