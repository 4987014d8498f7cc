// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of faults tells of every row that there is, and of no other. */
class FaultsDocTest {

  private static final Pattern HELD_BY = Pattern.compile("\\| `(?<test>\\w+Test\\.\\w+)` *\\|$");

  private static List<String> rows() throws IOException {
    try (var lines = Files.lines(Path.of("../docs/faults.md"))) {
      return lines.filter(line -> HELD_BY.matcher(line).find()).toList();
    }
  }

  private static String test(String row) {
    var matcher = HELD_BY.matcher(row);
    assertThat(matcher.find()).isTrue();
    return matcher.group("test");
  }

  @Test
  void each_row_is_there_with_what_came_of_it() throws IOException {
    var suite = Suite.find();

    assertThat(rows().stream().map(FaultsDocTest::test))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(suite.of(RowSet.FULL), suite.soak())
                .flatMap(set -> set.cases().stream())
                .map(Case::test)
                .toList());
  }

  @Test
  void nothing_was_red_when_it_was_written() throws IOException {
    assertThat(rows()).allMatch(row -> row.contains("| green ") || row.contains("| skipped "));
  }

  @Test
  void what_was_done_and_its_bound_are_those_of_today() throws IOException {
    var rows = rows();
    assertThat(Suite.find().cases())
        .allSatisfy(
            row ->
                assertThat(rows)
                    .filteredOn(line -> test(line).equals(row.test()))
                    .allMatch(line -> line.contains(row.fault().replace("|", "\\|")))
                    .allMatch(line -> line.contains(row.bound().replace("|", "\\|"))));
  }
}
