// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.autoscale.simulation.Contender;
import io.millhand.autoscale.simulation.Scenario;
import io.millhand.cli.CommandFailure;
import io.millhand.cli.Durations;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

/** What {@code millhand simulate} prints. */
class SimulateTest {

  private record Ran(int exitCode, List<String> out, String failure) {
    String text() {
      return String.join("\n", out);
    }
  }

  private static Ran run(String... args) {
    var out = new StringWriter();
    var failure = new StringBuilder();
    var exitCode =
        new CommandLine(new SimulateCommand())
            .registerConverter(Duration.class, new Durations())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(new StringWriter()))
            .setExecutionExceptionHandler(
                (error, line, parsed) -> {
                  failure.append(error.getMessage());
                  return error instanceof CommandFailure known ? known.exitCode() : 1;
                })
            .execute(args);
    return new Ran(exitCode, out.toString().lines().toList(), failure.toString());
  }

  @Test
  void one_scenario_is_charted_and_its_policies_are_compared() {
    var ran = run("--scenario", "step-up", "--seeds", "1");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out().getFirst()).startsWith("step-up: from 4 to 40 entries a second");
    assertThat(ran.out().get(1)).startsWith("millhand: our decision");
    assertThat(ran.out())
        .contains("entries added a second")
        .anyMatch(line -> line.startsWith("workers: ready"))
        .anyMatch(line -> line.startsWith("entries that wait"))
        .anyMatch(line -> line.contains("0:00") && line.contains("50:00"));
    for (var contender : Contender.all()) {
      assertThat(ran.out()).anyMatch(line -> line.startsWith(contender.name() + " "));
    }
    assertThat(ran.out()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void the_same_command_prints_the_same() {
    var args = new String[] {"--scenario", "bursts,crashes", "--policy", "millhand,latency"};

    assertThat(run(args).out()).isEqualTo(run(args).out()).hasSizeGreaterThan(5);
  }

  @Test
  void plain_is_drawn_with_ascii_only() {
    var ran = run("--scenario", "batches", "--policy", "millhand", "--seeds", "1", "--plain");

    assertThat(ran.text().chars()).allMatch(c -> c < 128);
    assertThat(ran.text()).contains("#").contains("+-----");
  }

  @Test
  void all_scenarios_are_summed_up_and_set_beside_each_other() {
    var ran = run("--policy", "millhand-exec,max", "--seeds", "1");

    assertThat(ran.out().getFirst()).startsWith("POLICY");
    assertThat(ran.out()).anyMatch(line -> line.startsWith("max ") && line.contains("19 of 19"));
    for (var scenario : Scenario.all()) {
      assertThat(ran.out()).anyMatch(line -> line.startsWith(scenario.name() + " "));
    }
  }

  @Test
  void json_is_a_line_for_each_scenario_policy_and_seed() {
    var ran =
        run(
            "--scenario",
            "step-up,bottleneck",
            "--policy",
            "max,latency",
            "--seeds",
            "2",
            "--json");

    assertThat(ran.out()).hasSize(8);
    var lines = ran.out().stream().map(line -> new JsonMapper().readTree(line)).toList();
    var first = lines.getFirst();
    assertThat(first.path("scenario").asString()).isEqualTo("step-up");
    assertThat(first.path("policy").asString()).isEqualTo("max");
    assertThat(first.path("seed").asInt()).isEqualTo(1);
    assertThat(first.path("secondsOverObjective").asInt(-1)).isZero();
    assertThat(first.path("workerSeconds").asDouble()).isEqualTo(144_000);
    assertThat(first.path("cost").asDouble())
        .isEqualTo(144_000 / first.path("optimumWorkerSeconds").asDouble());
    assertThat(lines.getLast().path("scenario").asString()).isEqualTo("bottleneck");
    assertThat(lines.getLast().path("cost").isNull()).isTrue();
  }

  @Test
  void markdown_is_tables_that_can_be_pasted() {
    var ran = run("--scenario", "ramp,sine", "--policy", "max", "--seeds", "1", "--markdown");

    assertThat(ran.out())
        .contains("| policy | kept | late | cost | worst | turns | drain |", "| scenario | max |")
        .anyMatch(line -> line.startsWith("| max | 2 of 2 | 0 |"));
  }

  @Test
  void each_change_of_the_fleet_is_explained() {
    var ran = run("--scenario", "step-up", "--policy", "latency", "--explain");

    assertThat(ran.out())
        .anyMatch(
            line -> line.matches(" +\\d+:\\d\\d +1 -> 2 +the oldest entry has waited \\d+ s"));
    assertThat(run("--scenario", "step-up", "--policy", "millhand", "--explain").out())
        .anyMatch(line -> line.matches(" +20:\\d\\d .* needs \\d+: .*"));
  }

  @Test
  void an_explanation_comes_after_what_is_printed_without_it() {
    var args = new String[] {"--scenario", "step-up", "--policy", "latency,max", "--seeds", "1"};
    for (var form : List.of("--plain", "--markdown", "--json")) {
      var usual = run(with(args, form)).out();
      var explained = run(with(args, form, "--explain")).out();

      assertThat(explained.subList(0, usual.size())).isEqualTo(usual);
      var more = explained.subList(usual.size(), explained.size());
      if (form.equals("--json")) {
        assertThat(more.getFirst()).contains("\"from\":1,\"to\":2,\"reason\":\"the oldest");
        assertThat(more).allMatch(line -> line.contains("\"policy\":\"latency\""));
      } else {
        assertThat(more).startsWith("", "step-up, each change by latency:").hasSizeGreaterThan(2);
      }
    }
  }

  private static String[] with(String[] args, String... more) {
    return Stream.concat(Stream.of(args), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void the_help_needs_no_more_than_80_columns_for_its_last_lines() {
    var footer = new CommandLine(new SimulateCommand()).getCommandSpec().usageMessage().footer();

    assertThat(footer).hasSizeGreaterThan(3).allMatch(line -> line.length() < 78);
  }

  @Test
  void the_list_names_what_there_is() {
    var ran = run("--list");

    assertThat(ran.out()).hasSizeGreaterThan(Scenario.all().size() + Contender.all().size());
    for (var scenario : Scenario.all()) {
      assertThat(ran.text()).contains(scenario.name()).contains(scenario.text());
    }
  }

  @Test
  void bounds_and_objective_can_be_given() {
    var few =
        run(
            "--scenario",
            "constant-high",
            "--policy",
            "max",
            "--max",
            "3",
            "--seeds",
            "1",
            "--json");

    assertThat(few.text()).contains("\"workerSeconds\":10").contains("\"cost\":null");
    var strict =
        run("--scenario", "step-up", "--policy", "millhand", "--objective", "5s", "--json");
    assertThat(strict.out()).noneMatch(line -> line.contains("\"secondsOverObjective\":0,"));
  }

  @ParameterizedTest
  @CsvSource({
    "--scenario=nix, there is no scenario 'nix': there are constant-low",
    "--policy=nix, there is no policy 'nix': there are millhand",
    "--seeds=0, --seeds must be 1 to 1000",
    "--slots=0, --slots must be 1",
    "--handler-ms=0, --handler-ms must be above 0",
    "--start-delay=2h, --start-delay must be 0 to an hour",
    "--utilisation=2, utilisation must be above 0",
    "--max=1001, --max must be at most 1000 here",
    "--max=0, max must be 1 or more",
    "--slots=4, '--slots is for a recorded load, by --csv'",
    "--handler-ms=5, '--handler-ms is for a recorded load, by --csv'",
    "--start-delay=20s, '--start-delay is for a recorded load, by --csv'",
    "--csv=/does/not/exist, cannot read /does/not/exist: there is no such file",
  })
  void what_cannot_work_is_told_and_is_exit_code_2(String option, String failure) {
    var ran = run(option);

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.failure()).startsWith(failure);
    assertThat(ran.out()).isEmpty();
  }

  private static final String CSV = "time,rate\n1000,2\n1300,20\n1600,2\n1900,2\n";

  private static final String PROMETHEUS =
      """
      {"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[
      [1000,"2"],[1300,"20"],[1600,"2"],[1900,"2"]]}]}}
      """;

  private static Ran recorded(Path folder, String text, String... more) throws IOException {
    var file = Files.writeString(folder.resolve("load"), text);
    var args = new ArrayList<>(List.of("--csv", file.toString(), "--seeds", "1"));
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

  @Test
  void a_recorded_load_is_read_from_csv_and_from_prometheus(@TempDir Path folder)
      throws IOException {
    var more = new String[] {"--slots", "4", "--handler-ms", "1000", "--start-delay", "5s"};
    var csv = recorded(folder, CSV, more);

    assertThat(csv.exitCode()).isZero();
    assertThat(csv.text()).contains("recorded").contains("15:00").contains("millhand-exec");
    assertThat(recorded(folder, PROMETHEUS, more).out()).isEqualTo(csv.out());
  }

  @Test
  void a_byte_order_mark_is_no_part_of_a_load(@TempDir Path folder) throws IOException {
    var bare = CSV.substring(CSV.indexOf('\n') + 1);
    for (var text : List.of(CSV, bare, PROMETHEUS)) {
      assertThat(recorded(folder, "\ufeff" + text, "--json").out())
          .isNotEmpty()
          .isEqualTo(recorded(folder, text, "--json").out());
    }
  }

  @Test
  void a_recorded_load_and_a_scenario_are_not_both_run(@TempDir Path folder) throws IOException {
    var ran = recorded(folder, CSV, "--scenario", "step-up");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.failure()).startsWith("--scenario and --csv: which load is meant?");
  }

  @ParameterizedTest
  @CsvSource({
    "'rubbish\nfoo,bar', 'line 2: ''foo'' is not a number'",
    "'time,rate\n0,1', it has one row with numbers",
    "'a,b', it has no row with numbers",
  })
  void what_was_taken_for_a_header_is_told(String text, String why, @TempDir Path folder)
      throws IOException {
    var ran = recorded(folder, text);

    assertThat(ran.failure()).contains(why).contains("line 1 was taken for a header");
  }

  @Test
  void recorded_work_changes_what_a_load_costs(@TempDir Path folder) throws IOException {
    var args = new String[] {"--policy", "millhand", "--json", "--slots", "1"};
    var light = recorded(folder, "0,2,0.1\n600,2,0.1\n", args);
    var heavy = recorded(folder, "0,2,0.1\n600,2,2.5\n", args);
    var none = recorded(folder, "0,2\n600,2\n", args);

    assertThat(optimum(heavy)).isGreaterThan(2 * optimum(light));
    assertThat(optimum(light)).isEqualTo(1200).isEqualTo(optimum(none));
  }

  private static double optimum(Ran ran) {
    return new JsonMapper().readTree(ran.out().getFirst()).path("optimumWorkerSeconds").asDouble();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "time,rate\n",
        "0,1\n",
        "0,1\n0,1\n",
        "5,1\n1,1\n",
        "0,1\n1,x\n",
        "0,1\n1,-1\n",
        "0,1\n1,NaN\n",
        "0,1\n1,Infinity\n",
        "0,1,1,1\n",
        "0\n1\n",
        "0,1\n400000,1\n",
        "0,1e9\n60,1\n",
        "{}",
        "{",
        "{\"data\":{\"result\":[]}}",
        "{\"data\":{\"result\":[{\"values\":[[1,2,3]]}]}}",
        "{\"data\":{\"result\":[{\"values\":7}]}}",
      })
  void a_load_that_makes_no_sense_is_refused(String text, @TempDir Path folder) throws IOException {
    var ran = recorded(folder, text);

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.failure()).contains("load cannot be used: ");
  }

  @Test
  void what_stands_in_a_file_moves_no_cursor(@TempDir Path folder) throws IOException {
    var ran = recorded(folder, "0,1\n1,\u001b[2J\n");

    assertThat(ran.failure()).contains("line 2").doesNotContain("\u001b");
  }
}
