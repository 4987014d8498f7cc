// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.faults;

import io.millhand.verification.faults.Result.Verdict;
import io.millhand.verification.row.Measures;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Runs rows, each with its seeds, and tells of each trial when it has ended.
 *
 * @param suite the rows
 * @param seeds 1 to this
 * @param process runs one
 * @param results where they go
 * @param out where progress is told
 */
record Trials(Suite suite, int seeds, TrialProcess process, Results results, PrintWriter out) {

  private record Planned(Case row, long seed) {}

  /** All rows with the first seed, then all with the second: what is wrong shows early. */
  void run() {
    var planned = planned();
    var start = System.nanoTime();
    for (int i = 0; i < planned.size(); i++) {
      var each = planned.get(i);
      if (each.row().set() == RowSet.SOAK) {
        out.printf("SOAK     seed %d  has begun, and tells more when it ends%n", each.seed());
      }
      var result = process.run(each.row(), each.seed());
      results.add(result);
      out.printf(
          "[%d/%d] %s%s%n", i + 1, planned.size(), told(result), eta(start, i + 1, planned.size()));
      if (!result.is(Verdict.GREEN)) {
        out.printf(
            "        %s%n        see %s%n",
            result.reason(), process.folder(each.row(), each.seed()));
      }
    }
  }

  private List<Planned> planned() {
    var planned = new ArrayList<Planned>();
    for (long seed = 1; seed <= seeds; seed++) {
      for (var row : suite.cases()) {
        if (!results.isGreen(row, seed)) {
          planned.add(new Planned(row, seed));
        }
      }
    }
    return planned;
  }

  private static String told(Result result) {
    return "%-8s seed %d  %-7s %5.1f s  %s"
        .formatted(
            String.join(",", result.rows()),
            result.seed(),
            result.end().verdict().toString().toLowerCase(Locale.ROOT),
            result.seconds(),
            figures(result.end().measures()));
  }

  private static String figures(Measures measures) {
    var told = new ArrayList<String>();
    for (var ledger : measures.ledger()) {
      told.add("lost %d".formatted(ledger.lost() - measures.lostByRedis()));
      told.add("duplicates " + ledger.duplicates());
    }
    var recovery = measures.millis().get(Measures.RECOVERY);
    if (recovery != null) {
      told.add(String.format(Locale.ROOT, "recovery %.2f s", recovery / 1000.0));
    }
    return told.stream().collect(Collectors.joining(", "));
  }

  private static String eta(long start, int done, int all) {
    var left = Duration.ofNanos((System.nanoTime() - start) / done * (all - done));
    return done == all ? "" : "  (about %d min left)".formatted(left.plusSeconds(30).toMinutes());
  }
}
