// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import io.millhand.Millhand;
import io.millhand.Worker;
import io.millhand.cli.CommandFailure;
import io.millhand.cli.Durations;
import io.millhand.cli.GroupOption;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.StopSignals;
import io.millhand.cli.StopSignals.Stop;
import io.millhand.error.UnavailableException;
import io.millhand.event.DrainReport;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millhand work}: a worker process. */
@Command(
    name = "work",
    customSynopsis = {
      "millhand work --stream=KEY --group=NAME HANDLER [OPTION...]",
      "  where HANDLER is one of",
      "    --exec=CMD",
      "    --pipe=CMD [--children=N] [--per-child=N]",
      "    --http=URL [--http-timeout=TIME] [--http-headers=FILE]",
      "    --handler=CLASS [--classpath=PATH] [--handler-threads=KIND]",
      "    --print [--json]",
      ""
    },
    description = {
      "Work on streams, with handlers in any language.",
      "",
      "SIGTERM and SIGINT drain: nothing more is read, what runs is finished, the rest is handed back. A second one leaves"
          + " at once."
    })
public final class WorkCommand implements Callable<Integer> {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.work");
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  @ArgGroup(validate = false, order = 1, heading = "%nHandlers, one of:%n")
  private HandlerOptions handlers = new HandlerOptions();

  @Option(
      names = "--stream",
      paramLabel = "KEY",
      split = ",",
      required = true,
      defaultValue = "${env:STREAM_KEY}",
      description = "The stream's key, again for each stream, or with commas. Else STREAM_KEY.")
  private List<String> streams = List.of();

  @Mixin private GroupOption group = new GroupOption();

  @Option(
      names = "--consumer",
      paramLabel = "NAME",
      defaultValue = "${env:CONSUMER_NAME}",
      description =
          "A fixed name for this worker. Else CONSUMER_NAME, else the host's with a new id.")
  private @Nullable String consumer;

  @Mixin private RedisOptions redis = new RedisOptions();

  @Option(
      names = "--wait-for-redis",
      paramLabel = "TIME",
      description = "How long to wait for Redis when starting (default: as long as it takes).")
  private @Nullable Duration patience;

  @ArgGroup(validate = false, order = 2, heading = "%nSettings:%n")
  private WorkerOptions settings = new WorkerOptions();

  @ArgGroup(validate = false, order = 3, heading = "%nMetrics:%n")
  private MetricsOptions metrics = new MetricsOptions();

  @Override
  public Integer call() throws InterruptedException {
    var startedAt = System.nanoTime();
    var crew = new Crew();
    var tally = new Tally();
    try (var telling = metrics.open(crew, distinct().size(), longestTurn());
        var handler = handlers.open(crew::isStopping, crew::giveUp)) {
      StopSignals.listen(signal -> stop(crew, signal), signal -> leave(handler, signal));
      try {
        startAll(crew, handler, tally, telling);
      } catch (RuntimeException | InterruptedException e) {
        if (!crew.isStopping()) {
          crew.stop();
          crew.complete();
          crew.awaitStop();
          throw e;
        }
        // It was asked to stop before it had started.
      }
      crew.complete();
      var reports = crew.awaitStop();
      summarise(reports, tally, Duration.ofNanos(System.nanoTime() - startedAt));
      return crew.exitCode(reports);
    }
  }

  /** With time for a loop that asks several things in a turn, and for a machine that is busy. */
  private Duration longestTurn() {
    return redis
        .longestWait()
        .multipliedBy(2)
        .plus(settings.heartbeatEvery())
        .plus(Duration.ofMinutes(1));
  }

  private void startAll(Crew crew, EntryHandler handler, Tally tally, Telling telling)
      throws InterruptedException {
    var millhand = waiting(redis::connect);
    log.info("connected to {}, {}", redis.describe(), millhand.serverVersion());
    for (var stream : distinct()) {
      if (!crew.isStopping()) {
        crew.add(waiting(() -> start(millhand, stream, crew, handler, tally, telling)));
      }
    }
  }

  private Set<String> distinct() {
    if (consumer != null && consumer.isEmpty()) {
      throw CommandFailure.usage("CONSUMER_NAME or --consumer is empty");
    }
    return new LinkedHashSet<>(streams);
  }

  private Worker start(
      Millhand millhand,
      String stream,
      Crew crew,
      EntryHandler handler,
      Tally tally,
      Telling telling) {
    var worker = millhand.worker(stream, group.group());
    if (consumer != null) {
      worker.consumer(consumer);
    }
    settings.apply(worker, handler);
    telling.listeners().forEach(worker::listener);
    return worker.decide(handler).listener(crew::on).listener(tally).start();
  }

  /** Does it again while Redis is away: a container is often there before its Redis. */
  private <T> T waiting(Supplier<T> action) throws InterruptedException {
    var deadline = patience == null ? null : System.nanoTime() + patience.toNanos();
    var pause = FIRST_PAUSE;
    for (var attempt = 1; ; attempt++) {
      try {
        return action.get();
      } catch (UnavailableException e) {
        if (deadline != null && System.nanoTime() + pause.toNanos() - deadline >= 0) {
          throw e;
        }
        if (attempt == 1) {
          log.warn(
              "{}; waiting {}",
              e.getMessage(),
              patience == null ? "as long as it takes" : "up to " + Durations.format(patience));
        }
      }
      Thread.sleep(pause);
      pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
    }
  }

  private static void stop(Crew crew, Stop signal) {
    log.info("SIG{}: draining; another one leaves at once", signal);
    crew.stop();
  }

  private static void leave(EntryHandler handler, Stop signal) {
    log.warn("SIG{}: leaving at once; what is in flight is taken over by others", signal);
    handler.abort();
  }

  private static void summarise(List<DrainReport> reports, Tally tally, Duration ran) {
    var left = reports.stream().mapToLong(report -> report.leftBehind().size()).sum();
    log.info(
        "stopped after {}: {}, {} left behind",
        Durations.format(
            ran.compareTo(Duration.ofMinutes(1)) < 0 ? ran : Duration.ofSeconds(ran.toSeconds())),
        tally,
        left);
  }
}
