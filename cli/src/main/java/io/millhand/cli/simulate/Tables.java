// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.simulate;

import io.millhand.autoscale.simulation.Contender;
import io.millhand.autoscale.simulation.Scenario;
import io.millhand.cli.Texts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Outcomes as tables: rows of cells. Pure. */
record Tables(List<Outcome> outcomes, List<Scenario> scenarios, List<Contender> contenders) {

  static final List<String> ONE =
      List.of("POLICY", "LATE", "COST", "WORKER-SECONDS", "TURNS", "OVERSHOOT", "DRAIN", "AGAIN");

  static final List<String> ALL =
      List.of("POLICY", "KEPT", "LATE", "COST", "WORST", "TURNS", "DRAIN");

  /** All contenders in one scenario, by {@link #ONE}. */
  List<List<String>> of(Scenario scenario) {
    var rows = new ArrayList<List<String>>();
    for (var contender : contenders) {
      Standing.of(outcomes, scenario.name(), contender.name())
          .ifPresent(standing -> rows.add(row(contender, standing)));
    }
    return rows;
  }

  private static List<String> row(Contender contender, Standing standing) {
    return List.of(
        contender.name(),
        Texts.count(standing.late()),
        Standing.cost(standing.cost()),
        Texts.count(Math.round(standing.workerSeconds())),
        decimal(standing.turns()),
        Texts.count(standing.overshoot()),
        Texts.count(standing.drain()),
        Texts.count(Math.round(standing.again())));
  }

  /** All contenders over all scenarios in which the objective can be kept, by {@link #ALL}. */
  List<List<String>> overall() {
    return contenders.stream().map(this::overall).toList();
  }

  private List<String> overall(Contender contender) {
    var standings =
        scenarios.stream()
            .filter(Scenario::isKeepable)
            .flatMap(one -> Standing.of(outcomes, one.name(), contender.name()).stream())
            .toList();
    var costs =
        standings.stream().flatMap(one -> one.cost().stream()).mapToDouble(c -> c).toArray();
    return List.of(
        contender.name(),
        "%d of %d"
            .formatted(standings.stream().filter(one -> one.late() == 0).count(), standings.size()),
        Texts.count(standings.stream().mapToInt(Standing::late).sum()),
        decimal(median(costs)),
        decimal(Arrays.stream(costs).max().orElse(0)),
        decimal(standings.stream().mapToDouble(Standing::allTurns).sum() / changes(standings)),
        Texts.count(Math.round(median(drains(standings)))));
  }

  private static double changes(List<Standing> standings) {
    return Math.max(1, standings.stream().mapToDouble(Standing::allChanges).sum());
  }

  /** Of the scenarios in which the load steps up. */
  private static double[] drains(List<Standing> standings) {
    return standings.stream().mapToDouble(Standing::drain).filter(drain -> drain > 0).toArray();
  }

  private static double median(double[] values) {
    var sorted = values.clone();
    Arrays.sort(sorted);
    return sorted.length == 0
        ? 0
        : (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** Scenarios below each other, contenders beside each other: times the optimum, seconds late. */
  List<List<String>> matrix() {
    return scenarios.stream()
        .map(
            scenario -> {
              var row = new ArrayList<>(List.of(scenario.name()));
              contenders.forEach(contender -> row.add(cell(scenario, contender)));
              return List.copyOf(row);
            })
        .toList();
  }

  private String cell(Scenario scenario, Contender contender) {
    return Standing.of(outcomes, scenario.name(), contender.name())
        .map(
            one ->
                one.cost()
                        .map(cost -> decimal(cost) + "x")
                        .orElse(Texts.count(Math.round(one.workerSeconds())) + " ws")
                    + (one.late() == 0 ? "" : ", late " + Texts.count(one.late())))
        .orElse("-");
  }

  /** The names of the contenders, after a first cell. */
  List<String> matrixHead(String first) {
    var head = new ArrayList<>(List.of(first));
    contenders.forEach(contender -> head.add(contender.name()));
    return List.copyOf(head);
  }

  /** Markdown, a line each. */
  static List<String> markdown(List<String> head, List<List<String>> rows) {
    var lines = new ArrayList<String>();
    lines.add(line(head));
    lines.add("|" + " --- |".repeat(head.size()));
    rows.forEach(row -> lines.add(line(row)));
    return lines;
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |";
  }
}
