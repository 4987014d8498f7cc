// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The last lines that a process wrote to stderr, about 2 KiB, for the text of a failure.
 * Thread-safe.
 */
public final class Tail {

  private static final int MOST = 2048;

  private final Deque<String> lines = new ArrayDeque<>();
  private int size;

  /** Nothing yet. */
  public Tail() {}

  /** One more line. */
  public synchronized void add(String line) {
    var kept = line.length() > MOST ? line.substring(line.length() - MOST) : line;
    lines.addLast(kept);
    size += kept.length() + 1;
    while (size > MOST && lines.size() > 1) {
      size -= lines.removeFirst().length() + 1;
    }
  }

  /** With a colon before it, or nothing where nothing was written. */
  public synchronized String text() {
    var text = String.join("\n", lines).strip();
    return text.isEmpty() ? "" : ": " + text;
  }
}
