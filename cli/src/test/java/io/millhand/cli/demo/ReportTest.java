// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportTest {

  @Test
  void what_a_child_says_is_what_its_parent_hears() {
    var reports =
        List.of(
            new Report.Ready(),
            new Report.Working(1, 2, 3, 4, true),
            new Report.TookOver(),
            new Report.Stopped(),
            new Report.Sending(5, 6, 7),
            new Report.AllSent());

    assertThat(reports)
        .allSatisfy(report -> assertThat(Report.parse(report.line())).contains(report));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "working", "working 1 2 x 4 0", "sending 1", "Picked up JAVA_TOOL_OPTIONS"})
  void what_is_no_report_is_not_heard(String line) {
    assertThat(Report.parse(line)).isEmpty();
  }
}
