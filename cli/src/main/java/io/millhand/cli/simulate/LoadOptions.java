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
            + " second, and seconds of work in an entry if you like. The last row lasts as long as"
            + " the one before it. Or what Prometheus answers a range query with one series, as"
            + " JSON."
      })
  private @Nullable Path csv;

  @Option(
      names = "--slots",
      paramLabel = "N",
      description = "With --csv: handlers that a worker runs at once (default 16).")
  private @Nullable Integer slots;

  @Option(
      names = "--handler-ms",
      paramLabel = "N",
      description = "With --csv: milliseconds of work in an entry (default 200).")
  private @Nullable Double handlerMillis;

  @Option(
      names = "--start-delay",
      paramLabel = "TIME",
      description = "With --csv: from a worker's request until it is ready (default 20s).")
  private @Nullable Duration startDelay;

  /**
   * The recorded load, where one is given.
   *
   * @throws CommandFailure when something of this cannot work
   */
  Optional<Scenario> scenario() {
    var each = slots == null ? 16 : slots;
    var millis = handlerMillis == null ? 200 : handlerMillis;
    var delay = startDelay == null ? Duration.ofSeconds(20) : startDelay;
    check(each, millis, delay);
    if (csv == null) {
      checkNothingIsOfNoUse();
      return Optional.empty();
    }
    var seconds = delay.toMillis() / 1000.0;
    var workers = Workers.of(each).start(seconds, seconds);
    return Optional.of(RecordedLoad.of(csv).scenario(millis / 1000, workers));
  }

  private static void check(int slots, double handlerMillis, Duration startDelay) {
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

  private void checkNothingIsOfNoUse() {
    var option =
        slots != null
            ? "--slots"
            : handlerMillis != null ? "--handler-ms" : startDelay != null ? "--start-delay" : "";
    if (!option.isEmpty()) {
      throw CommandFailure.usage(
          option + " is for a recorded load, by --csv: each scenario has workers of its own");
    }
  }
}
