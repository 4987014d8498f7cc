// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.simulate;

import io.millhand.autoscale.simulation.Scenario;
import io.millhand.autoscale.simulation.Scenario.Workers;
import io.millhand.cli.CommandFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A recorded load, and the workers that it is to meet. A mixin. */
final class LoadOptions {

  private static final int MAX_SLOTS = 10_000;
  private static final double MAX_MILLIS = 86_400_000;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = {
        "A recorded load instead of the scenarios: in each row a time in seconds, arrivals a"
            + " second, and seconds of work in an entry if you like. Or what Prometheus answers a"
            + " range query with one series, as JSON."
      })
  private @Nullable Path csv;

  @Option(
      names = "--slots",
      paramLabel = "N",
      defaultValue = "16",
      description = "With --csv: handlers that a worker runs at once (default ${DEFAULT-VALUE}).")
  private int slots = 16;

  @Option(
      names = "--handler-ms",
      paramLabel = "N",
      defaultValue = "200",
      description = "With --csv: milliseconds of work in an entry (default ${DEFAULT-VALUE}).")
  private double handlerMillis = 200;

  @Option(
      names = "--start-delay",
      paramLabel = "TIME",
      defaultValue = "20s",
      description =
          "With --csv: from a worker's request until it is ready (default ${DEFAULT-VALUE}).")
  private Duration startDelay = Duration.ofSeconds(20);

  /**
   * The recorded load, where one is given.
   *
   * @throws CommandFailure when something of this cannot work
   */
  Optional<Scenario> scenario() {
    check();
    if (csv == null) {
      return Optional.empty();
    }
    var delay = startDelay.toMillis() / 1000.0;
    var workers = Workers.of(slots).start(delay, delay);
    return Optional.of(RecordedLoad.of(csv).scenario(handlerMillis / 1000, workers));
  }

  private void check() {
    if (slots < 1 || slots > MAX_SLOTS) {
      throw CommandFailure.usage("--slots must be 1 to %d, but is %d".formatted(MAX_SLOTS, slots));
    }
    if (!(handlerMillis > 0 && handlerMillis <= MAX_MILLIS)) {
      throw CommandFailure.usage(
          "--handler-ms must be above 0 and at most a day, but is " + handlerMillis);
    }
    if (startDelay.isNegative() || startDelay.compareTo(Duration.ofHours(1)) > 0) {
      throw CommandFailure.usage(
          "--start-delay must be 0 to an hour, but is %d s".formatted(startDelay.toSeconds()));
    }
  }
}
