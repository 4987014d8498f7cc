// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.Durations;
import io.millhand.testkit.EmbeddedRedis;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/**
 * A command that was run in this process.
 *
 * @param exitCode its exit code
 * @param out what it printed, in lines
 * @param failure the message of its failure, or nothing
 */
public record InProcess(int exitCode, List<String> out, String failure) {

  /** Runs it against that Redis. */
  public static InProcess run(EmbeddedRedis redis, Object command, String... args) {
    var out = new StringWriter();
    var failure = new StringBuilder();
    var words = new ArrayList<>(List.of("--redis", redis.url()));
    words.addAll(Arrays.asList(args));
    var exitCode =
        new CommandLine(command)
            .registerConverter(Duration.class, new Durations())
            .setOut(new PrintWriter(out))
            .setExecutionExceptionHandler(
                (error, line, parsed) -> {
                  failure.append(error.getMessage());
                  return error instanceof CommandFailure known ? known.exitCode() : 1;
                })
            .execute(words.toArray(String[]::new));
    return new InProcess(exitCode, out.toString().lines().toList(), failure.toString());
  }

  /** All that it printed. */
  public String text() {
    return String.join("\n", out);
  }
}
