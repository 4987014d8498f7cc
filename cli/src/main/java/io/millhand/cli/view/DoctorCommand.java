// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.Escape;
import io.millhand.cli.ExitCode;
import io.millhand.cli.Json;
import io.millhand.cli.Output;
import io.millhand.cli.OverOption;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.StreamsArgument;
import io.millhand.error.NoGroupException;
import io.millhand.inspect.Doctor;
import io.millhand.inspect.Doctor.Checkup;
import io.millhand.inspect.Finding;
import io.millhand.inspect.Inspector;
import io.millhand.inspect.Snapshots.ConsumerSnapshot;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import io.millhand.inspect.Trend.Watched;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millhand doctor}. */
@Command(
    name = "doctor",
    description = {
      "Examine the server, its streams and their groups; tell what is wrong, and what mends it.",
      ""
    },
    footer = {
      "",
      "Exit code 0: nothing worse than notes. 5: warnings, or worse.",
      "What the user may not ask (INFO, CONFIG, MEMORY) is left out; it changes nothing."
    })
public final class DoctorCommand implements Callable<Integer> {

  private static final Duration USUAL = Duration.ofSeconds(2);

  /** Beyond that many groups their consumers are not asked one by one. */
  private static final int MANY_GROUPS = 1000;

  @Mixin private StreamsArgument streams = new StreamsArgument();
  @Mixin private OverOption over = new OverOption();

  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public DoctorCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    try (var millhand = redis.connect();
        var inspector = millhand.inspector()) {
      var checkup = checkup(inspector);
      var findings = Doctor.examine(checkup);
      if (output.isJson()) {
        findings.forEach(finding -> output.line(json(finding)));
      } else {
        print(checkup, findings);
      }
      return Doctor.needsSomebody(findings) ? ExitCode.FINDINGS : ExitCode.OK;
    }
  }

  private Checkup checkup(Inspector inspector) throws InterruptedException {
    var keys = streams.keys(inspector);
    var groups = Watch.groups(inspector, keys, over.orElse(USUAL));
    return new Checkup(
        inspector.server(), inspector.streams(keys), groups, consumers(inspector, groups));
  }

  private static Map<String, List<ConsumerSnapshot>> consumers(
      Inspector inspector, List<Watched> groups) {
    Map<String, List<ConsumerSnapshot>> consumers = new HashMap<>();
    groups.stream()
        .limit(MANY_GROUPS)
        .map(Watched::group)
        .forEach(
            group -> consumers.put(group.stream() + "/" + group.name(), ask(inspector, group)));
    return consumers;
  }

  private static List<ConsumerSnapshot> ask(Inspector inspector, GroupSnapshot group) {
    try {
      return inspector.consumers(group.stream(), group.name());
    } catch (NoGroupException e) {
      return List.of(); // deleted since the groups were listed
    }
  }

  private void print(Checkup checkup, List<Finding> findings) {
    output.line(
        "%s %s: %d streams, %d groups"
            .formatted(
                checkup.server().product(),
                checkup.server().version(),
                checkup.streams().size(),
                checkup.groups().size()));
    for (var finding : findings) {
      output.line("");
      output.markup(
          "%s  %s%s"
              .formatted(
                  mark(finding),
                  finding.topic(),
                  finding.subject().map(name -> " of " + plain(name)).orElse("")));
      output.line("    " + Escape.text(finding.evidence()));
      output.line("    mend: " + finding.mend());
    }
    output.line("");
    output.line(findings.isEmpty() ? "Nothing was found." : summary(findings));
  }

  /** Escaped, and no markup. */
  private static String plain(String text) {
    return Escape.text(text).replace("@|", "@ |");
  }

  private static String mark(Finding finding) {
    return switch (finding.severity()) {
      case CRITICAL -> "@|bold,red CRITICAL|@";
      case WARNING -> "@|bold,yellow WARNING|@ ";
      case NOTE -> "NOTE    ";
    };
  }

  private static String summary(List<Finding> findings) {
    return "%d critical, %d warnings, %d notes"
        .formatted(
            count(findings, Finding.Severity.CRITICAL),
            count(findings, Finding.Severity.WARNING),
            count(findings, Finding.Severity.NOTE));
  }

  private static long count(List<Finding> findings, Finding.Severity severity) {
    return findings.stream().filter(finding -> finding.severity() == severity).count();
  }

  private static String json(Finding finding) {
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeStringProperty("severity", finding.severity().name().toLowerCase(Locale.ROOT));
          json.writeStringProperty("topic", finding.topic());
          JsonValues.text(json, "subject", finding.subject());
          json.writeStringProperty("evidence", finding.evidence());
          json.writeStringProperty("mend", finding.mend());
          json.writeEndObject();
        });
  }
}
