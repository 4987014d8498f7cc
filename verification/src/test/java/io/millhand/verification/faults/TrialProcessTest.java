// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.millhand.verification.faults.Result.Verdict;
import io.millhand.verification.row.Measures;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trial in a process of its own. */
class TrialProcessTest {

  @TempDir private Path folder;

  /** Rows that end as their names say. Not found by the command: its name ends otherwise. */
  static final class Rows {

    private boolean opened;

    @BeforeEach
    void open(Trial trial) {
      trial.note("opened");
      opened = true;
    }

    @AfterEach
    void close(Trial trial) {
      trial.note("closed");
    }

    @Row(id = "W1", fault = "none", bound = "none")
    @Test
    void holds(Trial trial) {
      trial.measured(Measures.RECOVERY, Duration.ofMillis(trial.seed()));
      assertThat(opened).isTrue();
    }

    @Row(id = "W1", fault = "none", bound = "none")
    @Test
    void breaks(Trial trial) {
      trial.measured(Measures.RECOVERY, Duration.ofMillis(trial.seed()));
      fail("it broke");
    }

    @Row(id = "W1", fault = "none", bound = "none")
    @Test
    void lacks() {
      Assumptions.abort("no openssl");
    }

    @Row(id = "W1", fault = "none", bound = "none")
    @Test
    void hangs() {
      while (opened) {
        LockSupport.park();
      }
    }

    @Row(id = "W1", fault = "none", bound = "none")
    @Test
    void halts() {
      Runtime.getRuntime().halt(9);
    }
  }

  private Result run(String method, Duration most) {
    var id =
        "[engine:junit-jupiter]/[class:%s]/[method:%s]".formatted(Rows.class.getName(), method);
    var row = new Case(id, "Rows", List.of("W1"), "none", "none", RowSet.SHORT);
    return new TrialProcess(folder, most, Map.of(), Map.of()).run(row, 7);
  }

  private Result run(String method) {
    return run(method, Duration.ofSeconds(60));
  }

  private static String trial(String method) {
    return method + "(" + Trial.class.getName() + ")";
  }

  @Test
  void one_in_which_all_held_is_green_and_leaves_figures_only() {
    var result = run(trial("holds"));

    assertThat(result.end().why()).isEmpty();
    assertThat(result.end().verdict()).isEqualTo(Verdict.GREEN);
    assertThat(result.end().measures().millis()).containsExactly(Map.entry("recovery", 7L));
    assertThat(folder.resolve("Rows-7")).doesNotExist();
  }

  @Test
  void one_that_failed_is_red_and_has_its_figures_its_seed_and_its_log_all_the_same() {
    var result = run(trial("breaks"));

    assertThat(result.end().verdict()).isEqualTo(Verdict.RED);
    assertThat(result.reason()).contains("it broke");
    assertThat(result.end().why()).contains("seed 7; -Dmillhand.seed=7 repeats it");
    assertThat(result.end().measures().millis()).containsExactly(Map.entry("recovery", 7L));
    assertThat(result.end().measures().notes()).containsExactly("opened", "closed");
    assertThat(folder.resolve("Rows-7").resolve("trial.log")).isNotEmptyFile();
  }

  @Test
  void one_that_lacks_a_tool_is_skipped_with_its_reason() {
    var result = run("lacks()");

    assertThat(result.end().verdict()).isEqualTo(Verdict.SKIPPED);
    assertThat(result.reason()).contains("no openssl");
  }

  @Test
  void one_that_hangs_is_killed_and_red() {
    var result = run("hangs()", Duration.ofSeconds(4));

    assertThat(result.end().verdict()).isEqualTo(Verdict.RED);
    assertThat(result.reason()).contains("still running after 4 s");
  }

  @Test
  void one_that_ends_its_own_process_is_red() {
    assertThat(run("halts()").reason()).isEqualTo("its process ended with status 9");
  }
}
