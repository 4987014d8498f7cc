// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.verification.faults.Result.Verdict;
import io.millhand.verification.row.Trial;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code verification/faults}. */
@Command(
    name = "verification/faults",
    sortOptions = false,
    description = "Runs the rows of the table of faults on real processes, and writes the table.",
    footer = {
      "",
      "Exit status: 0 no trial is red, 1 one is, 2 the command line is wrong.",
      "What a trial said that is not green stays in OUT/trials."
    })
final class Faults implements Callable<Integer> {

  private static final String OUT = "millhand.out";
  private static final Duration MOST = Duration.ofMinutes(5);
  private static final Pattern DURATION = Pattern.compile("\\d{1,6}[smh]");

  @Spec private CommandSpec spec = CommandSpec.create(); // picocli's

  @Option(
      names = "--rows",
      split = ",",
      paramLabel = "ROW",
      description = "Only these, by commas; * for anything: W1,'N*'.")
  private List<String> rows = List.of();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Each row with the seeds 1 to N. Default: ${DEFAULT-VALUE}.")
  private int seeds = 1;

  @Option(
      names = "--set",
      paramLabel = "SET",
      description = "short: what mvn verify runs; full: all. Default: ${DEFAULT-VALUE}.")
  private String set = RowSet.FULL.toString();

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Where results go. Default: verification/target/faults.")
  private Path out = Path.of(System.getProperty(OUT, "target/faults"));

  @Option(
      names = "--resume",
      description = "Goes on with the results in the folder: what is green there is not run again.")
  private boolean resume;

  @Option(
      names = "--soak",
      paramLabel = "TIME",
      description = "Random faults for so long (90s, 20m, 1h); alone, or after --rows.")
  private String soak = "";

  @Option(
      names = "--server",
      paramLabel = "PATH",
      description = "The redis-server or valkey-server to try. Default: as MILLHAND_REDIS_SERVER.")
  private Path server = Path.of("");

  @Option(names = "--list", description = "Prints the rows that would run, and runs none.")
  private boolean list;

  /** Runs it, and ends this process. */
  public static void main(String[] args) {
    System.exit(
        run(
            new PrintWriter(System.out, true, UTF_8),
            new PrintWriter(System.err, true, UTF_8),
            args));
  }

  /** Runs it; answers the exit status. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    var line = new CommandLine(new Faults()).setOut(out).setErr(err);
    line.getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help").usageHelp(true).description("Prints this.").build());
    return line.execute(args);
  }

  @Override
  public Integer call() {
    var selected = selected();
    if (list) {
      selected.cases().forEach(this::print);
      return 0;
    }
    return run(selected).count(Verdict.RED) == 0 ? 0 : 1;
  }

  private Table run(Suite selected) {
    var folder = out.toAbsolutePath().normalize();
    var trials = new TrialProcess(folder.resolve("trials"), most(), environment(), properties());
    var results = resume ? Results.resumed(folder) : Results.fresh(folder);
    var end = new Ending(results, folder, spec.commandLine().getOut());
    new Trials(selected, seeds, trials, results, spec.commandLine().getOut()).run();
    return end.reached();
  }

  private Suite selected() {
    if (seeds < 1) {
      throw wrong("--seeds must be 1 or more, and is " + seeds);
    }
    var all = Suite.find();
    var time = soakTime();
    try {
      if (time.isPresent() && rows.isEmpty()) {
        return all.soak();
      }
      var chosen = rows.isEmpty() ? all.of(set()) : all.of(set()).matching(rows);
      return time.isPresent() ? chosen.and(all.soak()) : chosen;
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
  }

  private RowSet set() {
    return List.of(RowSet.SHORT, RowSet.FULL).stream()
        .filter(it -> it.toString().equals(set))
        .findFirst()
        .orElseThrow(() -> wrong("--set is short or full, not " + set));
  }

  private Optional<Duration> soakTime() {
    if (soak.isEmpty()) {
      return Optional.empty();
    }
    if (!DURATION.matcher(soak).matches()) {
      throw wrong("--soak is a time such as 90s, 20m or 1h, not " + soak);
    }
    return Optional.of(Duration.parse("PT" + soak.toUpperCase(Locale.ROOT)));
  }

  private Duration most() {
    return MOST.plus(soakTime().orElse(Duration.ZERO));
  }

  private Map<String, String> environment() {
    if (server.toString().isEmpty()) {
      return Map.of();
    }
    if (!Files.isExecutable(server) || Files.isDirectory(server)) {
      throw wrong("--server: %s is no program that can be run".formatted(server));
    }
    return Map.of("MILLHAND_REDIS_SERVER", server.toAbsolutePath().toString());
  }

  private Map<String, String> properties() {
    var properties = new HashMap<String, String>();
    soakTime()
        .ifPresent(time -> properties.put(Trial.SOAK_SECONDS, Long.toString(time.toSeconds())));
    return properties;
  }

  private ParameterException wrong(String text) {
    return new ParameterException(spec.commandLine(), text);
  }

  private void print(Case row) {
    spec.commandLine()
        .getOut()
        .printf(
            "%-8s %-5s %s%n%15s%s%n%15sbound: %s%n",
            String.join(",", row.rows()), row.set(), row.test(), "", row.fault(), "", row.bound());
  }
}
