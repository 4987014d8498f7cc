// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import io.millhand.cli.http.HttpFront;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the process tells of itself over HTTP, if it does. */
final class MetricsOptions {

  private static final HttpFront.Names NAMES =
      new HttpFront.Names(
          "millhand work", "--metrics-bind", "--metrics-port", "/metrics, /healthz, /readyz");

  @Option(
      names = "--metrics-port",
      paramLabel = "N",
      description = {
        "Where to answer /metrics for Prometheus, /healthz and /readyz; 0: any free port, which the log tells.",
        "Default: nowhere."
      })
  private @Nullable Integer port;

  @Option(
      names = "--metrics-bind",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = {
        "On which address (default ${DEFAULT-VALUE}: nobody is asked who he is, so only this machine may ask).",
        "In a container: 0.0.0.0."
      })
  private String bind = "127.0.0.1";

  /**
   * Tells of that crew from now on, where that was asked for. Only then is anything of it loaded.
   *
   * @param streams how many workers there will be
   * @param longestTurn how long a healthy loop is in its turn at most
   * @throws io.millhand.cli.CommandFailure when the port cannot be had
   */
  Telling open(Crew crew, int streams, Duration longestTurn) {
    if (port == null) {
      return Telling.Nowhere.HERE;
    }
    var probes = new Probes(crew, streams, longestTurn);
    return MetricsFront.start(NAMES.address(bind, port), probes, NAMES);
  }
}
