// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.report;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The results as a page. */
public final class Markdown {

  private static final String LEGEND =
      """

      Each cell: the median, and in brackets the least and the most of all rounds. Spread: (most - least) / median of
      the first column. Of the limit: median rate against the bare socket loop's, same work, same run.
      """;

  private Markdown() {}

  /** The page. */
  public static String of(Map<String, String> facts, Results results) {
    var page = new StringBuilder("# Benchmarks\n\n");
    facts.forEach(
        (name, value) -> page.append("- ").append(name).append(": ").append(value).append('\n'));
    page.append(LEGEND);
    tables(results.rows())
        .forEach(
            (title, rows) -> page.append("\n## ").append(title).append("\n\n").append(table(rows)));
    if (!results.remarks().isEmpty()) {
      page.append("\n## Remarks\n\n");
      results.remarks().forEach(each -> page.append("- ").append(each).append('\n'));
    }
    return page.toString();
  }

  private static Map<String, List<Row>> tables(List<Row> rows) {
    Map<String, List<Row>> tables = new LinkedHashMap<>();
    for (var row : rows) {
      var title = row.work().isEmpty() ? row.part() : row.part() + ": " + row.work();
      tables.computeIfAbsent(title, unused -> new ArrayList<>()).add(row);
    }
    return tables;
  }

  private static String table(List<Row> rows) {
    var metrics = EnumSet.noneOf(Metric.class);
    rows.forEach(row -> metrics.addAll(row.stats().keySet()));
    var withLimit = rows.stream().anyMatch(row -> row.ofLimit().isPresent());
    var head = new ArrayList<String>(List.of("who"));
    metrics.forEach(metric -> head.add(metric.heading()));
    head.add("spread");
    if (withLimit) {
      head.add("of the limit");
    }
    var text = new StringBuilder(line(head));
    text.append("| --- ").append("| ---: ".repeat(head.size() - 1)).append("|\n");
    for (var row : rows) {
      var cells = new ArrayList<String>(List.of(row.contender()));
      metrics.forEach(metric -> cells.add(cell(metric, row.stats().get(metric))));
      cells.add(spread(row));
      if (withLimit) {
        cells.add(row.ofLimit().isPresent() ? percent(row.ofLimit().getAsDouble()) : "");
      }
      text.append(line(cells));
    }
    return text.toString();
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private static String cell(Metric metric, @org.jspecify.annotations.Nullable Stat stat) {
    if (stat == null) {
      return "";
    }
    var median = metric.text(stat.median());
    if (stat.count() == 1 || stat.min() == stat.max()) {
      return median;
    }
    return median + " (" + metric.text(stat.min()) + "–" + metric.text(stat.max()) + ")";
  }

  private static String spread(Row row) {
    return row.stats().values().stream()
        .findFirst()
        .filter(stat -> stat.count() > 1)
        .map(stat -> percent(stat.spread()))
        .orElse("");
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", share * 100);
  }
}
