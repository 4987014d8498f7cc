// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;

/** Whoever copies a command from a document gets no complaint about the command line. */
class CommandsDocTest {

  private static final Path ROOT = Path.of("..");
  private static final Pattern SPAN = Pattern.compile("`(?:\\./)?millhand ([^`\n]+)`");
  private static final Pattern LINE = Pattern.compile("^(?:\\$ )?(?:\\./)?millhand (.+)$");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

  /** The names of what a document shows as a command without meaning one. */
  private static final List<String> PLACEHOLDERS = List.of("COMMAND", "[...]");

  static List<Path> documents() throws IOException {
    try (var docs = Files.list(ROOT.resolve("docs"))) {
      return Stream.concat(Stream.of(ROOT.resolve("README.md")), docs)
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void every_command_line_of_a_document_can_be_read(Path document) throws IOException {
    var wrong = new ArrayList<String>();
    for (var shown : commands(Files.readString(document))) {
      problem(shown).ifPresent(why -> wrong.add("millhand " + shown.text() + ": " + why));
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void documents_show_commands() throws IOException {
    var operations = Files.readString(ROOT.resolve("docs/operations.md"));

    assertThat(commands(operations)).hasSizeGreaterThan(20);
  }

  @Test
  void a_command_that_is_called_as_a_log_level_is_told_from_it() {
    for (var line :
        List.of("info", "info S G", "--log-level info info S", "--log-level info groups")) {
      assertThat(problem(new Shown(line, Place.BLOCK))).as(line).isEmpty();
    }
  }

  /** In a line of prose what the command needs may be left out. */
  private enum Place {
    PROSE,
    BLOCK
  }

  private record Shown(String text, Place place) {}

  private static List<Shown> commands(String markdown) {
    var commands = new ArrayList<Shown>();
    var inside = false;
    for (var line : markdown.lines().toList()) {
      if (line.strip().startsWith("```")) {
        inside = !inside;
      } else if (inside) {
        var match = LINE.matcher(line.strip());
        if (match.matches()) {
          var text = match.group(1).replaceFirst("\\s+#.*", "").replaceFirst("[|>].*", "");
          commands.add(new Shown(text, Place.BLOCK));
        }
      } else {
        SPAN.matcher(line)
            .results()
            .forEach(match -> commands.add(new Shown(match.group(1), Place.PROSE)));
      }
    }
    return commands;
  }

  private static Optional<String> problem(Shown shown) {
    var words =
        WORD.matcher(shown.text())
            .results()
            .map(match -> Stream.of(1, 2, 3).map(match::group).filter(g -> g != null).findFirst())
            .map(word -> word.orElse(""))
            .toArray(String[]::new);
    if (PLACEHOLDERS.contains(words[0])) {
      return Optional.empty();
    }
    var silent = new PrintWriter(new StringWriter());
    try {
      Main.commandLine(words, silent, silent).parseArgs(words);
      return Optional.empty();
    } catch (MissingParameterException e) {
      return shown.place() == Place.PROSE ? Optional.empty() : Optional.of(e.getMessage());
    } catch (ParameterException e) {
      return Optional.of(e.getMessage());
    }
  }
}
