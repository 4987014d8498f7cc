// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;

/** Holds the flags that docs/settings.md names to those that there are. */
class WorkerFlagsDocTest {

  private static final Pattern ROW = Pattern.compile("\\| `(\\w+)[^`]*` \\| .*");
  private static final Pattern FLAG = Pattern.compile("`(--[a-z-]+)`");
  private static final Pattern HUMP = Pattern.compile("[A-Z]");

  /** Settings whose flags have another name. */
  private static final Map<String, Set<String>> NAMES =
      Map.of(
          "startAt", Set.of("--start"),
          "retry", Set.of("--retry-first", "--retry-cap"),
          "jitter", Set.of("--retry-jitter"),
          "finished", Set.of("--retention"),
          "finishedBut", Set.of("--keep-newest"));

  /** Of a worker, but given elsewhere than with its other settings. */
  private static final List<String> ELSEWHERE = List.of("--consumer", "--handler-threads");

  @Test
  void every_flag_that_is_named_exists() throws IOException {
    assertThat(named()).isNotEmpty().isSubsetOf(flags(new WorkCommand()));
  }

  @Test
  void every_flag_of_a_worker_is_named() throws IOException {
    assertThat(named()).containsAll(ELSEWHERE).containsAll(flags(new WorkerOptions()));
  }

  @Test
  void every_flag_stands_at_its_setting() throws IOException {
    for (var line : lines()) {
      var row = ROW.matcher(line);
      var flags = flags(line);
      if (!flags.isEmpty() && row.matches()) {
        var setting = row.group(1);
        var own =
            "--"
                + HUMP.matcher(setting)
                    .replaceAll(hump -> "-" + hump.group().toLowerCase(Locale.ROOT));
        flags.remove("--handler"); // named where another needs it
        assertThat(flags).as(setting).isEqualTo(NAMES.getOrDefault(setting, Set.of(own)));
      }
    }
  }

  private static Set<String> named() throws IOException {
    return lines().stream().flatMap(line -> flags(line).stream()).collect(Collectors.toSet());
  }

  private static Set<String> flags(String line) {
    return FLAG.matcher(line)
        .results()
        .map(flag -> flag.group(1))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The tables of a worker's settings. */
  private static List<String> lines() throws IOException {
    return Files.readAllLines(Path.of("..", "docs", "settings.md")).stream()
        .dropWhile(line -> !line.equals("## Worker"))
        .takeWhile(line -> !line.equals("## Producer"))
        .filter(line -> line.startsWith("| `"))
        .toList();
  }

  private static Set<String> flags(Object command) {
    return CommandSpec.forAnnotatedObject(command).options().stream()
        .flatMap(option -> Stream.of(option.names()))
        .collect(Collectors.toSet());
  }
}
