// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Reads command lines as the command does, without running them. */
public final class CommandLines {

  private CommandLines() {}

  /** Why the command does not understand these words; nothing where it does. */
  public static Optional<String> problem(List<String> words) {
    var line = commandLine(words);
    try {
      line.parseArgs(words.toArray(String[]::new));
      return Optional.empty();
    } catch (ParameterException e) {
      return Optional.of("millhand " + String.join(" ", words) + ": " + e.getMessage());
    }
  }

  private static CommandLine commandLine(List<String> words) {
    var silent = new PrintWriter(new StringWriter());
    return Main.commandLine(words.toArray(String[]::new), silent, silent);
  }
}
