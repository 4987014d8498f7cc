// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.verification.faults.Result.End;
import io.millhand.verification.faults.Result.Verdict;
import io.millhand.verification.row.Measures;
import io.millhand.verification.row.Measures.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Results of trials become lines, and lines a table. */
class TableTest {

  private static Result result(String row, long seed, End end) {
    return new Result("T." + row, List.of(row), "kill | -9", "dup <= 9", seed, 1.5, end);
  }

  private static End green(long lost, long duplicates, long recovery) {
    return new End(Verdict.GREEN, "", measures(lost, duplicates, recovery, 0));
  }

  private static Measures measures(long lost, long duplicates, long recovery, long lostByRedis) {
    return new Measures(
        List.of(new Figures(100, 100, lost, 0, duplicates, 0, 0)),
        lostByRedis,
        Map.of(Measures.RECOVERY, recovery),
        List.of(),
        List.of("redis-server 7.0.15"));
  }

  private static End bad(Verdict verdict, String why) {
    return new End(verdict, why, Measures.NONE);
  }

  @Test
  void over_the_seeds_the_lost_are_added_up_and_the_worst_duplicates_and_recovery_stay() {
    var line =
        Line.of(
                List.of(
                    result("W1", 1, green(0, 4, 1000)),
                    result("W1", 2, green(1, 7, 3000)),
                    result("W1", 3, green(2, 0, 2000))))
            .getFirst();

    assertThat(line.trials()).isEqualTo(3);
    assertThat(line.sent()).isEqualTo(300);
    assertThat(line.lost()).isEqualTo(3);
    assertThat(line.duplicates()).isEqualTo(7);
    assertThat(line.times())
        .containsExactly(Map.entry(Measures.RECOVERY, new Line.Times(2000, 3000)));
    assertThat(line.verdict()).isEqualTo(Verdict.GREEN);
  }

  @Test
  void what_redis_lost_is_told_and_not_counted_as_lost() {
    var line =
        Line.of(List.of(result("R2", 1, new End(Verdict.GREEN, "", measures(5, 0, 1, 4)))))
            .getFirst();

    assertThat(line.lost()).isEqualTo(1);
    assertThat(line.lostByRedis()).isEqualTo(4);
  }

  @Test
  void one_red_trial_makes_the_line_red_and_its_reason_and_seed_are_there() {
    var line =
        Line.of(
                List.of(
                    result("W1", 1, green(0, 0, 1)),
                    result("W1", 2, bad(Verdict.RED, "lost 3\nat somewhere"))))
            .getFirst();

    assertThat(line.verdict()).isEqualTo(Verdict.RED);
    assertThat(line.remarks()).containsExactly("seed 2: lost 3");
  }

  @Test
  void a_reason_of_several_lines_is_told_on_one_up_to_where_in_the_code() {
    var why =
        "AssertionError: \nExpecting actual:\n  9\nto be less than 4\n\tat io.millhand.X(X.java:1)";

    assertThat(result("W1", 1, bad(Verdict.RED, why)).reason())
        .isEqualTo("AssertionError: Expecting actual: 9 to be less than 4");
  }

  @Test
  void notes_that_differ_in_their_figure_alone_are_told_as_one() {
    assertThat(
            Remarks.of(
                Stream.of(
                    "kills 28", "7 lost by Redis: evicted", "kills 30", "frozen", "kills 28")))
        .containsExactly("kills 28, 30", "7 lost by Redis: evicted", "frozen");
    assertThat(Remarks.of(IntStream.range(0, 9).mapToObj(i -> "kills " + i)))
        .containsExactly("kills 0, 1, 2, ...");
  }

  @Test
  void a_skipped_row_is_shown_as_such_with_its_reason() {
    var table = Table.of(List.of(result("N10", 1, bad(Verdict.SKIPPED, "no openssl here"))));

    assertThat(table.markdown()).contains("| skipped | seed 1: no openssl here");
    assertThat(table.verdict()).isEqualTo("0 trials green, 0 red, 1 skipped");
  }

  @Test
  void rows_stand_in_the_order_of_the_table_of_faults() {
    var lines =
        Line.of(
            List.of("SOAK", "C1", "H2", "N1", "M1", "R10", "R9", "W11", "W2").stream()
                .map(row -> result(row, 1, green(0, 0, 1)))
                .toList());

    assertThat(lines)
        .extracting(line -> line.rows().getFirst())
        .containsExactly("W2", "W11", "R9", "R10", "N1", "H2", "C1", "M1", "SOAK");
  }

  @Test
  void it_is_written_as_markdown_and_as_json_with_where_it_ran(@TempDir Path folder)
      throws IOException {
    Table.of(List.of(result("W1", 1, green(0, 4, 1234)))).write(folder);

    var page = Files.readString(folder.resolve("faults.md"));
    assertThat(page)
        .contains("redis-server 7.0.15")
        .contains("| W1  | kill \\| -9")
        .contains("| 1.23 / 1.23 s | green ");
    var json = new JsonMapper().readTree(folder.resolve("faults.json").toFile());
    assertThat(json.at("/lines/0/duplicates").asInt()).isEqualTo(4);
    assertThat(json.at("/machine/cores").asInt()).isPositive();
    assertThat(json.at("/trials/0/seed").asInt()).isEqualTo(1);
  }
}
