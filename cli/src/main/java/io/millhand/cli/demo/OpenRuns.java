// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;

/** Reads the end of a worker's ledger: what it has begun and not ended. */
final class OpenRuns {

  /** Far more lines than handlers run at once. */
  private static final int TAIL = 1 << 18;

  private OpenRuns() {}

  /**
   * How many handlers run, as the ledger of that worker tells. Exact while the worker stands still.
   */
  static int count(Path ledgers, String worker) {
    var open = new HashSet<String>();
    for (var line : tail(ledgers.resolve(worker + ".ledger")).split("\n", -1)) {
      var words = line.split(" ", 4);
      if (words.length == 4) {
        switch (words[0]) {
          case "BEG" -> open.add(words[2]);
          case "END", "FAIL" -> open.remove(words[2]);
          default -> {
            // says nothing of runs
          }
        }
      }
    }
    return open.size();
  }

  private static String tail(Path ledger) {
    try (var file = new RandomAccessFile(ledger.toFile(), "r")) {
      var from = Math.max(0, file.length() - TAIL);
      var bytes = new byte[(int) (file.length() - from)];
      file.seek(from);
      file.readFully(bytes);
      return new String(bytes, US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + ledger + ": " + e.getMessage(), e);
    }
  }
}
