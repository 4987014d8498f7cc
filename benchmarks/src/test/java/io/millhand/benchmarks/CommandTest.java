// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.benchmarks.contender.Variants;
import io.millhand.benchmarks.part.Part;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void help_tells_the_options_and_ends_with_0() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains("--part", "--contenders", "--entries", "--rounds", "--out", "--quick", "--full");
  }

  @Test
  void list_names_every_part_and_contender_and_measures_nothing() {
    assertThat(run("--list")).isZero();
    for (var part : Part.values()) {
      assertThat(out.toString()).contains(part.title());
    }
    for (var variant : Variants.all()) {
      assertThat(out.toString()).contains(variant.name());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--part=sprint, no part is called sprint",
    "--contenders=nobody, no contender is called nobody",
    "--entries=99, '100 to 100,000,000'",
    "--entries=many, many",
    "--rounds=0, '1 to 1,000'",
    "--fast, --fast"
  })
  void a_wrong_argument_is_told_and_ends_with_2(String argument, String told) {
    assertThat(run(argument)).isEqualTo(2);
    assertThat(err.toString()).contains(told);
  }

  @Test
  void quick_and_full_exclude_each_other() {
    assertThat(run("--quick", "--full")).isEqualTo(2);
    assertThat(err.toString()).contains("--quick and --full");
  }

  private int run(String... arguments) {
    return Benchmarks.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
