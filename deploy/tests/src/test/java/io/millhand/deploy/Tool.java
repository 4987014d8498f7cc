// SPDX-License-Identifier: Apache-2.0
package io.millhand.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.testkit.ChildProcess;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Programs of others: from the folder that MILLHAND_DEPLOY_TOOLS names, else from the PATH. */
enum Tool {
  HELM,
  KUBECTL;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What it wrote, and how it ended. */
  record Outcome(int exitCode, String output, String errors) {}

  /** Runs it; where it is not installed, the test is skipped, aloud. */
  Outcome run(List<String> args) {
    return run(args, Map.of());
  }

  Outcome run(List<String> args, Map<String, String> environment) {
    var program = find().orElseGet(this::skip);
    var builder = ChildProcess.command(program.toString(), args.toArray(String[]::new));
    // no cluster of whoever runs this
    builder.environment("KUBECONFIG", "/nonexistent");
    environment.forEach(builder::environment);
    try (var process = builder.start()) {
      var exitCode = process.awaitExit(PATIENCE);
      return new Outcome(
          exitCode, String.join("\n", process.lines()), String.join("\n", process.errorLines()));
    }
  }

  /** What it prints, where it ends well. */
  String output(List<String> args) {
    var outcome = run(args);
    assertThat(outcome.exitCode()).as("%s %s: %s", this, args, outcome.errors()).isZero();
    return outcome.output();
  }

  private Optional<Path> find() {
    var name = name().toLowerCase(Locale.ROOT);
    var own =
        Optional.ofNullable(System.getenv("MILLHAND_DEPLOY_TOOLS")).stream()
            .flatMap(folder -> Stream.of(Path.of(folder, name, name), Path.of(folder, name)));
    var path =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .map(folder -> Path.of(folder, name));
    return Stream.concat(own, path)
        .filter(Files::isRegularFile)
        .filter(Files::isExecutable)
        .findFirst();
  }

  private Path skip() {
    var text =
        "SKIPPED: there is no %s in MILLHAND_DEPLOY_TOOLS or on the PATH"
            .formatted(name().toLowerCase(Locale.ROOT));
    System.err.println(text);
    return Assumptions.abort(text);
  }
}
