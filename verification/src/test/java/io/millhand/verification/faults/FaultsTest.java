// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The command's options. */
class FaultsTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Faults.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of("no such row: W99. There are: W1, W2", List.of("--rows", "W1,W99")),
        Arguments.of("no such row: Q*", List.of("--rows", "Q*")),
        Arguments.of("--seeds must be 1 or more, and is 0", List.of("--seeds", "0")),
        Arguments.of("'--seeds': 'few' is not an int", List.of("--seeds", "few")),
        Arguments.of("--set is short or full, not long", List.of("--set", "long")),
        Arguments.of("such as 90s, 20m or 1h, not soon", List.of("--soak", "soon")),
        Arguments.of("/nowhere is no program", List.of("--server", "/nowhere")),
        Arguments.of("Unknown option: '--row'", List.of("--row")));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void a_wrong_command_line_runs_nothing_and_says_what_is_wrong(
      String said, List<String> args, @TempDir Path folder) {
    var all = Stream.concat(args.stream(), Stream.of("--out", folder.toString()));

    assertThat(run(all.toArray(String[]::new))).isEqualTo(2);
    assertThat(err.toString()).contains(said);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void a_list_names_the_rows_that_would_run_and_runs_none() {
    assertThat(run("--list", "--rows", "w1")).isZero();
    assertThat(out.toString())
        .contains("KillTest.a_killed_keeper_is_replaced_and_what_it_held_is_handled")
        .doesNotContain("W18");
  }

  @Test
  void a_star_stands_for_anything() {
    assertThat(run("--list", "--rows", "W1*,N7")).isZero();
    assertThat(out.toString()).contains("W1 ", "W11 ", "W18 ", "N7 ").doesNotContain("W2 ", "N1 ");
  }
}
