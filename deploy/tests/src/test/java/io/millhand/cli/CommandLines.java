// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Reads command lines as the command does, without running them. */
public final class CommandLines {

  /** Options of {@code serve} that deploy/ uses and the command does not have yet. */
  private static final List<String> TO_COME_WITH_A_VALUE = List.of("--scale");

  private static final List<String> TO_COME_ALONE = List.of("--pod-deletion-cost");

  private CommandLines() {}

  /** Why the command does not understand these words; nothing where it does. */
  public static Optional<String> problem(List<String> words) {
    var line = commandLine(words);
    addThoseToCome(line);
    try {
      line.parseArgs(words.toArray(String[]::new));
      return Optional.empty();
    } catch (ParameterException e) {
      return Optional.of("millhand " + String.join(" ", words) + ": " + e.getMessage());
    }
  }

  /** Those that are spoken of as to come, and have come. */
  static Set<String> come() {
    var known = commandLine(List.of("serve")).getSubcommands().get("serve").getCommandSpec();
    return Stream.concat(TO_COME_WITH_A_VALUE.stream(), TO_COME_ALONE.stream())
        .filter(known.optionsMap()::containsKey)
        .collect(Collectors.toSet());
  }

  private static CommandLine commandLine(List<String> words) {
    var silent = new PrintWriter(new StringWriter());
    return Main.commandLine(words.toArray(String[]::new), silent, silent);
  }

  private static void addThoseToCome(CommandLine line) {
    var serve = line.getSubcommands().get("serve");
    if (serve == null) {
      return;
    }
    var spec = serve.getCommandSpec();
    TO_COME_WITH_A_VALUE.stream()
        .filter(name -> !spec.optionsMap().containsKey(name))
        .forEach(
            name -> spec.addOption(OptionSpec.builder(name).arity("1").type(List.class).build()));
    TO_COME_ALONE.stream()
        .filter(name -> !spec.optionsMap().containsKey(name))
        .forEach(name -> spec.addOption(OptionSpec.builder(name).arity("0").build()));
  }
}
