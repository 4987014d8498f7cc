// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.simulate;

import io.millhand.autoscale.ScalingPolicy;
import io.millhand.autoscale.simulation.Contender;
import io.millhand.autoscale.simulation.Contest;
import io.millhand.autoscale.simulation.Run;
import io.millhand.autoscale.simulation.Scenario;
import io.millhand.cli.CommandFailure;
import io.millhand.cli.Escape;
import io.millhand.cli.ExitCode;
import io.millhand.cli.Output;
import io.millhand.cli.Paint;
import io.millhand.cli.Terminal;
import io.millhand.cli.Texts;
import io.millhand.cli.autoscale.PolicyOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millhand simulate}. */
@Command(
    name = "simulate",
    description = {
      "Let the scaler, and others, decide for a fleet on a virtual clock, and compare them.",
      "Needs no Redis. The same seed gives the same result.",
      ""
    },
    footer = {
      "",
      "LATE: seconds in which the oldest entry had waited longer than the",
      "objective, of the worst seed. COST: worker-seconds, from each request on,",
      "as a multiple of what they are at least if somebody knew the future.",
      "TURNS: how often the number of workers asked for turned from more to fewer",
      "or back, for each change of the load. OVERSHOOT: workers above the",
      "optimum's most. DRAIN: seconds after a step up until no entry waited 10 s.",
      "AGAIN: entries that workers handed back when they ended or died. KEPT:",
      "scenarios in which the objective was kept, of those in which it can be."
    })
public final class SimulateCommand implements Callable<Integer> {

  private static final int MAX_SEEDS = 1000;

  /** More make the search for the optimum slow. */
  private static final int MAX_WORKERS = 1000;

  @Option(
      names = "--scenario",
      paramLabel = "NAME",
      split = ",",
      description = "Which, by commas; --list names them (default all).")
  private @Nullable List<String> scenarios;

  @Option(
      names = "--policy",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "all",
      description = {
        "Who decides, by commas (default ${DEFAULT-VALUE}).",
        "The first one is charted and explained."
      })
  private List<String> policies = List.of();

  @Option(names = "--list", description = "Name the scenarios and policies, and run nothing.")
  private boolean list;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "3",
      description = "How many runs of each, with other random numbers (default ${DEFAULT-VALUE}).")
  private int seeds = 3;

  @Mixin private PolicyOptions policy = new PolicyOptions();

  @Mixin private LoadOptions load = new LoadOptions();

  @Option(
      names = "--explain",
      description = "Then print each change of the first policy's fleet, with its reason.")
  private boolean explain;

  @Option(names = "--markdown", description = "Print tables of Markdown, and no chart.")
  private boolean markdown;

  @Option(names = "--plain", description = "Draw with ASCII only.")
  private boolean plain;

  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public SimulateCommand() {}

  @Override
  public Integer call() {
    if (list) {
      list();
      return ExitCode.OK;
    }
    check();
    var chosen = scenarios();
    var contenders = contenders();
    var settings = policy.over(ScalingPolicy.DEFAULT.between(0, 100_000));
    var tournament =
        new Tournament(
            chosen.stream().map(scenario -> bounded(scenario)).toList(),
            contenders,
            settings,
            seeds);
    print(tournament);
    if (explain) {
      tournament.scenarios().forEach(scenario -> explain(tournament, scenario));
    }
    return ExitCode.OK;
  }

  private void list() {
    output.line("Scenarios:");
    output.table(
        List.of("NAME", "WHAT"),
        Scenario.all().stream().map(one -> List.of(one.name(), one.text())).toList());
    output.line("");
    output.line("Policies:");
    output.table(
        List.of("NAME", "WHAT"),
        Contender.all().stream().map(one -> List.of(one.name(), one.text())).toList());
  }

  private void check() {
    if (seeds < 1 || seeds > MAX_SEEDS) {
      throw CommandFailure.usage("--seeds must be 1 to %d, but is %d".formatted(MAX_SEEDS, seeds));
    }
  }

  private List<Scenario> scenarios() {
    var recorded = load.scenario();
    if (recorded.isPresent() && scenarios != null) {
      throw CommandFailure.usage(
          "--scenario and --csv: which load is meant? Leave one of them out");
    }
    var names = scenarios == null ? List.of("all") : scenarios;
    return recorded
        .map(List::of)
        .orElseGet(() -> chosen("scenario", names, Scenario.all(), Scenario::name));
  }

  private List<Contender> contenders() {
    return chosen("policy", policies, Contender.all(), Contender::name);
  }

  private static <T> List<T> chosen(
      String what, List<String> names, List<T> all, Function<T, String> name) {
    if (names.contains("all")) {
      return all;
    }
    return names.stream()
        .map(
            wanted ->
                all.stream()
                    .filter(one -> name.apply(one).equals(wanted))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            CommandFailure.usage(
                                "there is no %s '%s': there are %s"
                                    .formatted(
                                        what,
                                        Escape.text(wanted),
                                        all.stream().map(name).collect(Collectors.joining(", "))))))
        .toList();
  }

  private Scenario bounded(Scenario scenario) {
    var bounds = scenario.bounds();
    var given = policy.over(ScalingPolicy.DEFAULT.between(bounds.min(), bounds.max()));
    if (given.max() > MAX_WORKERS) {
      throw CommandFailure.usage(
          "--max must be at most %d here, but is %d".formatted(MAX_WORKERS, given.max()));
    }
    return scenario.between(given.min(), given.max());
  }

  private void explain(Tournament tournament, Scenario scenario) {
    var first = tournament.contenders().getFirst();
    var run = new Contest(scenario, tournament.policy(), 1).run(first);
    if (output.isJson()) {
      run.changes().forEach(change -> output.json(Told.of(scenario, first, change)));
      return;
    }
    output.line("");
    output.line("%s, each change by %s:".formatted(scenario.name(), first.name()));
    for (var change : run.changes()) {
      output.line(
          String.format(
              Locale.ROOT,
              "%7s  %3d -> %-3d  %s",
              Texts.clock(Duration.ofSeconds((long) change.at())),
              change.from(),
              change.to(),
              Escape.text(change.reason())));
    }
  }

  /** A change of the fleet, for programs. */
  private record Told(
      String scenario, String policy, double seconds, int from, int to, String reason) {

    static Told of(Scenario scenario, Contender contender, Run.Change change) {
      return new Told(
          scenario.name(),
          contender.name(),
          change.at(),
          change.from(),
          change.to(),
          change.reason());
    }
  }

  private void print(Tournament tournament) {
    List<Outcome> outcomes;
    try (var progress = output.progress()) {
      outcomes = tournament.run(progress);
    }
    var tables = new Tables(outcomes, tournament.scenarios(), tournament.contenders());
    if (output.isJson()) {
      outcomes.forEach(outcome -> output.json(outcome.json()));
    } else if (markdown) {
      markdown(tournament, tables);
    } else if (tournament.scenarios().size() == 1) {
      one(tournament, tables);
    } else {
      output.table(Tables.ALL, tables.overall());
      output.line("");
      output.line("Times the optimum, and the seconds over the objective where there were any:");
      output.table(tables.matrixHead("SCENARIO"), tables.matrix());
    }
  }

  private void markdown(Tournament tournament, Tables tables) {
    var lines = new ArrayList<String>();
    if (tournament.scenarios().size() == 1) {
      lines.addAll(
          Tables.markdown(lower(Tables.ONE), tables.of(tournament.scenarios().getFirst())));
    } else {
      lines.addAll(Tables.markdown(lower(Tables.ALL), tables.overall()));
      lines.add("");
      lines.addAll(Tables.markdown(tables.matrixHead("scenario"), tables.matrix()));
    }
    lines.forEach(output::line);
  }

  private static List<String> lower(List<String> head) {
    return head.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
  }

  private void one(Tournament tournament, Tables tables) {
    var scenario = tournament.scenarios().getFirst();
    var first = tournament.contenders().getFirst();
    var run = new Contest(scenario, tournament.policy(), 1).run(first);
    var columns = output.isTerminal() ? Terminal.columns() : 80;
    var paint = Terminal.hasColours(Terminal.Stream.OUT) ? Paint.COLOURS : Paint.PLAIN;
    output.line(scenario.name() + ": " + scenario.text());
    output.line(first.name() + ": " + first.text());
    new Chart(run, tournament.policy().objective(), columns, ink(), paint)
        .lines()
        .forEach(output::line);
    output.line("");
    output.table(Tables.ONE, tables.of(scenario));
  }

  private Chart.Ink ink() {
    return plain || (output.isTerminal() && !isUtf8()) ? Chart.Ink.ASCII : Chart.Ink.BLOCKS;
  }

  /** By the first of what POSIX looks at that is set. */
  private static boolean isUtf8() {
    return Stream.of("LC_ALL", "LC_CTYPE", "LANG")
        .map(System::getenv)
        .filter(value -> value != null && !value.isEmpty())
        .findFirst()
        .map(value -> value.toUpperCase(Locale.ROOT).replace("-", ""))
        .filter(value -> value.contains("UTF8"))
        .isPresent();
  }
}
