// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.verification.faults.Result.End;
import io.millhand.verification.faults.Result.Verdict;
import io.millhand.verification.row.Measures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run that broke off has written is what the next goes on with. */
class ResultsTest {

  private static final Case ROW =
      new Case("[method:t]", "T.t", List.of("W1"), "kill", "dup 0", RowSet.SHORT);

  @TempDir private Path folder;

  private static Result result(long seed, Verdict verdict) {
    return Result.of(ROW, seed, 1.5, new End(verdict, "", Measures.NONE));
  }

  @Test
  void a_resumed_run_knows_what_was_green_and_only_that() {
    var before = Results.fresh(folder);
    before.add(result(1, Verdict.GREEN));
    before.add(result(2, Verdict.RED));

    var after = Results.resumed(folder);
    assertThat(after.isGreen(ROW, 1)).isTrue();
    assertThat(after.isGreen(ROW, 2)).isFalse();
    assertThat(after.isGreen(ROW, 3)).isFalse();
    assertThat(after.all()).isEqualTo(before.all());
  }

  @Test
  void of_a_trial_that_ran_twice_the_later_counts() {
    Results.fresh(folder).add(result(1, Verdict.RED));
    Results.resumed(folder).add(result(1, Verdict.GREEN));

    assertThat(Results.resumed(folder).all()).containsExactly(result(1, Verdict.GREEN));
  }

  @Test
  void a_line_that_was_being_written_when_the_run_was_killed_is_passed_over() throws IOException {
    Results.fresh(folder).add(result(1, Verdict.GREEN));
    Files.writeString(
        folder.resolve("results.ndjson"), "{\"test\":\"T.t\",\"ro", StandardOpenOption.APPEND);

    assertThat(Results.resumed(folder).all()).containsExactly(result(1, Verdict.GREEN));
  }

  @Test
  void a_fresh_run_forgets_those_of_an_earlier_one() {
    Results.fresh(folder).add(result(1, Verdict.GREEN));

    assertThat(Results.fresh(folder).all()).isEmpty();
    assertThat(Results.resumed(folder).all()).isEmpty();
  }
}
