// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LaunchTest {

  private static Process start(String command) throws IOException {
    return new Launch(command, Map.of(), Duration.ofSeconds(1), Launch.Stdout.STDERR).start(1);
  }

  private static void awaitName(Process process, String name) {
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> process.info().command().orElse("").endsWith(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sleep 100", "exec sleep 100", "sleep '100'", "/bin/sleep 100", " sleep 100"})
  void a_command_that_is_one_program_is_the_process_itself(String command) throws IOException {
    var process = start(command);
    try {
      awaitName(process, "sleep");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void its_exit_code_is_that_of_the_process() throws Exception {
    assertThat(start("false").waitFor()).isEqualTo(1);
    assertThat(start("exit 7").waitFor()).isEqualTo(7);
    assertThat(start("true && exit 7").waitFor()).isEqualTo(7);
    assertThat(start("no-such-program-here").waitFor()).isEqualTo(127);
  }
}
