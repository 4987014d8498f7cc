// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CommandLinesTest {

  @Test
  void an_option_that_nobody_has_is_a_problem() {
    assertThat(CommandLines.problem(List.of("serve", "--prot", "9121")).orElseThrow())
        .contains("--prot");
    assertThat(CommandLines.problem(List.of("work", "--stream", "s", "--group", "g", "--print")))
        .isEmpty();
  }
}
