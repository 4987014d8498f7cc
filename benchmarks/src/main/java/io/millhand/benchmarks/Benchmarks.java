// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.benchmarks.contender.Variant;
import io.millhand.benchmarks.contender.Variants;
import io.millhand.benchmarks.lab.Children;
import io.millhand.benchmarks.lab.Plan;
import io.millhand.benchmarks.lab.Session;
import io.millhand.benchmarks.part.Part;
import io.millhand.benchmarks.report.Json;
import io.millhand.benchmarks.report.Machine;
import io.millhand.benchmarks.report.Markdown;
import io.millhand.benchmarks.report.Results;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code benchmarks/run}. */
@Command(
    name = "benchmarks/run",
    sortOptions = false,
    description = {
      "Measures how fast Millhand is, beside a bare socket loop and beside others, in one run on a Redis of its own,"
          + " and writes results.md and results.json."
    },
    footer = {
      "",
      "Exit status: 0 all was measured, 1 something broke, 2 the command line is wrong.",
      "benchmarks/run --jmh [REGEX] runs the benchmarks of inner pieces instead."
    })
final class Benchmarks implements Callable<Integer> {

  /** The system property by which the script tells where results go. */
  private static final String OUT = "millhand.out";

  private static final long ENTRIES = 1_000_000;
  private static final long QUICK_ENTRIES = 20_000;

  @Spec private CommandSpec spec = CommandSpec.create(); // picocli's

  @Option(
      names = "--part",
      split = ",",
      paramLabel = "PART",
      description = "Only these, by commas. Default: all; see --list.")
  private List<String> parts = List.of();

  @Option(
      names = "--contenders",
      split = ",",
      paramLabel = "NAME",
      description = "Only these, by commas: names or families. Default: all; see --list.")
  private List<String> contenders = List.of();

  @Option(
      names = "--entries",
      paramLabel = "N",
      description = "Entries of a drain. Default: 1,000,000, with --quick 20,000.")
  private @Nullable Long entries;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often each is measured. Default: 3, with --quick 1.")
  private @Nullable Integer rounds;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Where results go. Default: benchmarks/target/results.")
  private Path out = Path.of(System.getProperty(OUT, "target/results"));

  @Option(
      names = "--jvm",
      paramLabel = "OPTIONS",
      description =
          "More options for the JVM of each contender, by spaces: to profile one, or to give it more heap.")
  private String jvm = "";

  @Option(
      names = "--quick",
      description = "Little of everything, to see that it runs: its figures mean nothing.")
  private boolean quick;

  @Option(
      names = "--full",
      description = "All points of the series, and slow contenders as long as fast ones: hours.")
  private boolean full;

  @Option(names = "--list", description = "Prints parts and contenders, and measures nothing.")
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
    var line = new CommandLine(new Benchmarks()).setOut(out).setErr(err);
    line.getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help").usageHelp(true).description("Prints this.").build());
    return line.execute(args);
  }

  @Override
  public Integer call() throws IOException {
    var plan = plan();
    var chosen = chosenParts();
    checkContenders();
    if (list) {
      print();
      return 0;
    }
    return measure(plan, chosen);
  }

  private int measure(Plan plan, List<Part> chosen) throws IOException {
    var children = new Children(jvmOptions());
    var results = new Results();
    try (var session = new Session(plan, children, results, writer())) {
      var facts = Machine.here();
      facts.put("entries of a drain", String.format(java.util.Locale.ROOT, "%,d", plan.entries()));
      facts.put("rounds", "" + plan.rounds());
      facts.put("size", plan.size().name().toLowerCase(java.util.Locale.ROOT));
      facts.put("JVM options of each contender", String.join(" ", children.all()));
      facts.forEach((name, value) -> session.say(name + ": " + value));
      for (var part : chosen) {
        try {
          part.run(session);
        } catch (Exception e) {
          session.say(part.title() + " FAILED: " + e);
          results.failed(part.title() + " broke off: " + e);
        }
        facts.put("load at the end", Machine.load());
        write(facts, results); // after each part: a long run that is broken off keeps what it has
      }
      session.say(Markdown.of(facts, results));
      session.say("written to " + folder());
    }
    return results.failures() == 0 ? 0 : 1;
  }

  private void write(Map<String, String> facts, Results results) throws IOException {
    Files.createDirectories(folder());
    Files.writeString(folder().resolve("results.md"), Markdown.of(facts, results));
    Files.writeString(folder().resolve("results.json"), Json.of(facts, results));
  }

  private Path folder() {
    return out.toAbsolutePath().normalize();
  }

  private Plan plan() {
    if (quick && full) {
      throw wrong("--quick and --full cannot both be");
    }
    var size = quick ? Plan.Size.QUICK : full ? Plan.Size.FULL : Plan.Size.USUAL;
    var wantedEntries = given(entries).orElse(quick ? QUICK_ENTRIES : ENTRIES);
    var wantedRounds = given(rounds).orElse(quick ? 1 : 3);
    if (wantedEntries < 100 || wantedEntries > 100_000_000) {
      throw wrong("--entries must be 100 to 100,000,000, and is " + wantedEntries);
    }
    if (wantedRounds < 1 || wantedRounds > 1000) {
      throw wrong("--rounds must be 1 to 1,000, and is " + wantedRounds);
    }
    return new Plan(wantedEntries, wantedRounds, contenders, size);
  }

  private static OptionalLong given(@Nullable Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private static OptionalInt given(@Nullable Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  private List<Part> chosenParts() {
    if (parts.isEmpty()) {
      return List.of(Part.values());
    }
    var chosen = new ArrayList<Part>();
    for (var name : parts) {
      chosen.add(
          Part.of(name)
              .orElseThrow(
                  () -> wrong("no part is called " + name + "; there are " + partNames())));
    }
    return chosen;
  }

  private void checkContenders() {
    for (var name : contenders) {
      if (Variants.all().stream().noneMatch(each -> each.isCalled(name))) {
        throw wrong("no contender is called " + name + "; --list names them");
      }
    }
  }

  private static String partNames() {
    return String.join(", ", Arrays.stream(Part.values()).map(Part::title).toList());
  }

  private List<String> jvmOptions() {
    return Arrays.stream(jvm.split(" ", -1)).filter(each -> !each.isEmpty()).toList();
  }

  private void print() {
    var writer = writer();
    writer.println("Parts:");
    for (var part : Part.values()) {
      writer.printf("  %-20s %s%n", part.title(), part.what());
    }
    writer.println("Contenders (family: name):");
    for (Variant each : Variants.all()) {
      writer.printf("  %-18s %-22s %s%n", each.family() + ":", each.name(), each.what());
    }
    writer.flush();
  }

  private PrintWriter writer() {
    return spec.commandLine().getOut();
  }

  private ParameterException wrong(String text) {
    return new ParameterException(spec.commandLine(), text);
  }
}
