// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.testkit.Ledger;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenRunsTest {

  @Test
  void what_was_begun_and_not_ended_is_in_hand(@TempDir Path folder) {
    try (var ledger = Ledger.open(folder, "worker-1")) {
      assertThat(OpenRuns.count(folder, "worker-1")).isZero();
      ledger.begun("a", "worker-1", 1, 1);
      ledger.begun("b", "worker-1", 1, 1);
      ledger.begun("c", "worker-1", 1, 1);
      ledger.ended("a", "worker-1");
      ledger.failed("b", "worker-1", "no reason");
      assertThat(OpenRuns.count(folder, "worker-1")).isEqualTo(1);
      ledger.begun("b", "worker-1", 2, 2);
      assertThat(OpenRuns.count(folder, "worker-1")).isEqualTo(2);
    }
  }
}
