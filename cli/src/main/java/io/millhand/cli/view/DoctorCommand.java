// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.Escape;
import io.millhand.cli.ExitCode;
import io.millhand.cli.Json;
import io.millhand.cli.Output;
import io.millhand.cli.OverOption;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.StreamsArgument;
import io.millhand.inspect.Doctor;
import io.millhand.inspect.Doctor.Checkup;
import io.millhand.inspect.Finding;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
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
      var checkup = Checkups.take(inspector, streams.keys(inspector), over.orElse(USUAL));
      var findings = Doctor.examine(checkup);
      if (output.isJson()) {
        findings.forEach(finding -> output.line(json(finding)));
      } else {
        print(checkup, findings);
      }
      return Doctor.needsSomebody(findings) ? ExitCode.FINDINGS : ExitCode.OK;
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
