// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.faults;

import io.millhand.verification.faults.Result.Verdict;
import io.millhand.verification.row.Measures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The table at the end of a run.
 *
 * @param machine where it ran
 * @param lines of the table
 * @param trials all of them
 */
record Table(Machine machine, List<Line> lines, List<Result> trials) {

  private static final List<String> HEAD =
      List.of(
          "Row", "What is done", "Trials", "Lost", "Duplicates", "Bound", "Recovery", "Verdict");
  private static final String NO_FIGURE = "-";

  static Table of(List<Result> results) {
    return new Table(Machine.here(results), Line.of(results), results);
  }

  /** Writes {@code faults.md} and {@code faults.json}. */
  void write(Path folder) {
    var json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    try {
      Files.writeString(folder.resolve("faults.md"), markdown());
      Files.writeString(folder.resolve("faults.json"), json.writeValueAsString(this) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + folder + ": " + e.getMessage(), e);
    }
  }

  /** The whole page. */
  String markdown() {
    return "# Faults\n\n%s.\n\n%s\n\n%s\n\n%s"
        .formatted(
            machine,
            verdict(),
            "Lost: of all trials together. Duplicates: of the worst trial. Recovery: median / worst.",
            table(true));
  }

  /** For the terminal. */
  String text() {
    return table(false) + "\n" + machine + "\n" + verdict();
  }

  /** How many trials ended how. */
  String verdict() {
    return "%d trials green, %d red, %d skipped"
        .formatted(count(Verdict.GREEN), count(Verdict.RED), count(Verdict.SKIPPED));
  }

  long count(Verdict verdict) {
    return trials.stream().filter(trial -> trial.is(verdict)).count();
  }

  private String table(boolean whole) {
    var rows = new ArrayList<List<String>>();
    rows.add(whole ? with(HEAD, "Also", "Held by") : HEAD);
    lines.forEach(
        line -> rows.add(whole ? with(cells(line), also(line), test(line)) : cells(line)));
    var widths =
        IntStream.range(0, rows.getFirst().size())
            .mapToObj(at -> rows.stream().mapToInt(row -> row.get(at).length()).max().orElse(0))
            .toList();
    rows.add(1, widths.stream().map("-"::repeat).toList());
    return rows.stream()
        .map(row -> padded(row, widths))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static List<String> with(List<String> row, String... more) {
    var all = new ArrayList<>(row);
    all.addAll(List.of(more));
    return all;
  }

  private static String padded(List<String> row, List<Integer> widths) {
    return IntStream.range(0, row.size())
        .mapToObj(at -> row.get(at) + " ".repeat(widths.get(at) - row.get(at).length()))
        .collect(Collectors.joining(" | ", "| ", " |"));
  }

  private static List<String> cells(Line line) {
    var ran = line.trials() > 0 && line.sent() > 0;
    return List.of(
        String.join(", ", line.rows()),
        escaped(line.fault()),
        Integer.toString(line.trials()),
        ran ? "%d of %d".formatted(line.lost(), line.sent()) : NO_FIGURE,
        ran ? Long.toString(line.duplicates()) : NO_FIGURE,
        escaped(line.bound()),
        line.times().containsKey(Measures.RECOVERY)
            ? seconds(line.times().get(Measures.RECOVERY))
            : NO_FIGURE,
        line.verdict().toString().toLowerCase(Locale.ROOT));
  }

  private static String also(Line line) {
    var also = new ArrayList<String>();
    if (line.overlaps() > 0) {
      also.add("concurrent duplicates " + line.overlaps());
    }
    line.times()
        .forEach(
            (what, times) -> {
              if (!what.equals(Measures.RECOVERY)) {
                also.add(what + " " + seconds(times));
              }
            });
    also.addAll(line.remarks());
    return escaped(String.join("; ", also));
  }

  private static String test(Line line) {
    return "`" + line.test() + "`";
  }

  private static String seconds(Line.Times times) {
    return String.format(
        Locale.ROOT, "%.2f / %.2f s", times.median() / 1000.0, times.worst() / 1000.0);
  }

  private static String escaped(String text) {
    return text.replace("|", "\\|").replaceAll("\\p{Cntrl}+", " ");
  }
}
