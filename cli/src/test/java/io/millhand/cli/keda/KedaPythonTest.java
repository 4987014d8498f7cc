// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.cli.autoscale.Signals;
import io.millhand.testkit.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Held against gRPC of another make, for which Debian has the package python3-grpcio. It knows the
 * numbers of fields as KEDA has them, and nothing of our .proto.
 */
class KedaPythonTest {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String PYTHON = "/usr/bin/python3";

  private static String pythonOrSkip() {
    if (Files.isExecutable(Path.of(PYTHON))) {
      try (var process = ChildProcess.command(PYTHON, "-c", "import grpc").start()) {
        if (process.awaitExit(SOON) == 0) {
          return PYTHON;
        }
      }
    }
    var text = "SKIPPED: %s has no module grpc (Debian: python3-grpcio)".formatted(PYTHON);
    System.err.println(text);
    return Assumptions.abort(text);
  }

  @Test
  void a_client_of_another_make_is_answered_and_pushed_to() throws Exception {
    var python = pythonOrSkip();
    var script =
        Path.of(Objects.requireNonNull(KedaPythonTest.class.getResource("keda.py")).toURI());
    Signals signals = Sample.board();
    var server = Sample.server(signals);
    try (var keda =
        ChildProcess.command(
                python, "-u", script.toString(), "127.0.0.1:" + server.address().getPort())
            .start()) {
      try (server) {
        converse(keda, signals);
      }
      keda.awaitLine("end of stream"::equals, SOON);
      assertThat(keda.awaitExit(SOON)).isZero();
    }
  }

  private static void converse(ChildProcess keda, Signals signals) {
    keda.awaitLine("spec millhand-required-workers 1 1.0"::equals, SOON);
    keda.awaitLine(
        "active UNAVAILABLE groups have not been looked at yet: ask again in a few seconds"::equals,
        SOON);
    keda.awaitLine("listening"::equals, SOON);
    Sample.publish(signals, Sample.idle());
    keda.awaitLine("pushed False"::equals, SOON);
    Sample.publish(signals, Sample.needs(3));
    keda.awaitLine("pushed True"::equals, SOON);
    keda.awaitLine("active True"::equals, SOON);
    keda.awaitLine("metric millhand-required-workers 3 3.0"::equals, SOON);
    keda.awaitLine("metric millhand-oldest-age-seconds 13 12.5"::equals, SOON);
    keda.awaitLine(line -> line.startsWith("invalid INVALID_ARGUMENT"), SOON);
  }
}
