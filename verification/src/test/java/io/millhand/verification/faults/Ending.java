// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.faults;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The table, printed and written once: when a run has reached its end, or when a Ctrl-C ends it. (A
 * running trial then dies with us, as do its processes.)
 */
final class Ending {

  private final Results results;
  private final Path folder;
  private final PrintWriter out;
  private final AtomicBoolean told = new AtomicBoolean();

  Ending(Results results, Path folder, PrintWriter out) {
    this.results = results;
    this.folder = folder;
    this.out = out;
    Runtime.getRuntime().addShutdownHook(new Thread(this::interrupted));
  }

  /** The run is over. */
  Table reached() {
    told.set(true);
    return tell();
  }

  private void interrupted() {
    if (told.compareAndSet(false, true)) {
      out.println("\nInterrupted; --resume goes on. So far:");
      tell();
    }
  }

  private Table tell() {
    var table = Table.of(results.all());
    table.write(folder);
    out.printf("%n%s%nwritten to %s%n", table.text(), folder.resolve("faults.md"));
    for (var line : table.lines()) {
      if (line.verdict() != Result.Verdict.GREEN) {
        out.printf("%s %s: %s%n", line.verdict(), line.rows(), String.join("; ", line.remarks()));
      }
    }
    out.flush();
    return table;
  }
}
