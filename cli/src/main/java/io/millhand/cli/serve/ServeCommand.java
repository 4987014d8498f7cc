// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.ExitCode;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.StopSignals;
import io.millhand.cli.autoscale.Signals;
import io.millhand.cli.external.ExternalMetricsOptions;
import io.millhand.cli.http.HttpFront;
import io.millhand.cli.keda.KedaOptions;
import io.millhand.cli.tls.TlsOptions;
import io.millhand.config.RedisUri;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millhand serve}: metrics and probes over HTTP. */
@Command(
    name = "serve",
    description = {"Serve metrics of streams and groups for Prometheus, read-only, over HTTP.", ""},
    footer = {
      "",
      "/metrics   for Prometheus; docs/metrics.md lists them",
      "/healthz   whether this process lives",
      "/readyz    whether Redis answers",
      "/api/v1    what the other commands show, as JSON: docs/cli.md",
      "",
      "Redis may be away, at the start too: then millhand_up is 0 and there are no other values.",
      "SIGTERM and SIGINT end it with exit code 0.",
      "",
      "Examples:",
      "  millhand serve --port 9121",
      "  millhand serve --bind 0.0.0.0 --streams 'orders,mail:*' --groups processing"
    })
public final class ServeCommand implements Callable<Integer> {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.serve");
  private static final Duration LONGEST = Duration.ofHours(1);

  /** For how long what was measured of groups is told. */
  private static final Duration SIGNALS_HOLD = Duration.ofSeconds(15);

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "9121",
      description = "Where to listen; 0: any free port (default ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = {
        "On which address (default ${DEFAULT-VALUE}: nobody is asked who he is, so only this machine may ask).",
        "In a container: 0.0.0.0."
      })
  private String bind = "127.0.0.1";

  @Option(
      names = "--streams",
      paramLabel = "NAME",
      split = ",",
      description = {
        "Names, or patterns such as 'orders:*', with commas or again for each.",
        "Default: all streams in the database."
      })
  private List<String> streams = new ArrayList<>();

  @Option(
      names = "--groups",
      paramLabel = "NAME",
      split = ",",
      description = "Names or patterns of groups. Default: all groups of these streams.")
  private List<String> groups = new ArrayList<>();

  @Option(
      names = "--consumers",
      paramLabel = "N",
      arity = "0..1",
      defaultValue = "0",
      fallbackValue = "1000",
      description =
          "Metrics of each consumer too, of N at most (without a number: ${FALLBACK-VALUE}). Default: none.")
  private int consumers;

  @Option(
      names = "--over",
      paramLabel = "TIME",
      defaultValue = "30s",
      description = {
        "How far back a scrape is compared with an earlier one, for rates and verdicts; longer is",
        "surer, shorter is quicker (default ${DEFAULT-VALUE}: two scrapes of the usual 15 s)."
      })
  private Duration over = Duration.ofSeconds(30);

  @Option(
      names = "--silent-after",
      paramLabel = "TIME",
      defaultValue = "1m",
      description =
          "A consumer that is no worker, and has asked for nothing for so long, is called silent (default ${DEFAULT-VALUE}).")
  private Duration silentAfter = Duration.ofMinutes(1);

  @Option(
      names = "--probe",
      paramLabel = "TIME",
      arity = "0..1",
      fallbackValue = "10s",
      description = {
        "Every TIME (without a time: ${FALLBACK-VALUE}) send an entry through the stream of --probe-stream and handle it here, and",
        "measure how long that takes. Then Redis is written to. Default: no probe."
      })
  private @Nullable Duration probe;

  @Option(
      names = "--probe-stream",
      paramLabel = "KEY",
      defaultValue = "millhand:probe",
      description = "The probe's own stream (default ${DEFAULT-VALUE}); its group is 'probe'.")
  private String probeStream = "millhand:probe";

  @Option(
      names = "--redis-exporter-names",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Show redis_exporter's names for streams too (default ${DEFAULT-VALUE}).")
  private boolean redisExporterNames;

  @Option(
      names = "--article-names",
      description =
          "Show three names of a much-copied recipe for Kubernetes too; docs/metrics.md says what they mean.")
  private boolean articleNames;

  @ArgGroup(validate = false, order = 9, heading = "%nScaling:%n")
  private ScalingOptions scaling = new ScalingOptions();

  @ArgGroup(validate = false, order = 10, heading = "%nExternal metrics of Kubernetes:%n")
  private ExternalMetricsOptions externalMetrics = new ExternalMetricsOptions();

  @ArgGroup(validate = false, order = 11, heading = "%nFor KEDA:%n")
  private KedaOptions keda = new KedaOptions();

  @ArgGroup(validate = false, order = 12, heading = "%nTLS:%n")
  private TlsOptions tls = new TlsOptions();

  @Mixin private RedisOptions redis = new RedisOptions();

  /** Made for picocli. */
  public ServeCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    checkArguments();
    var stopped = new CountDownLatch(1);
    var signals = new Signals(SIGNALS_HOLD);
    try (var serving = Serving.start(settings(signals), redis.builder());
        var external = externalMetrics.open(signals, tls);
        var scaler = keda.open(signals, tls)) {
      tls.checkUsed("--external-metrics-port or --keda-tls");
      StopSignals.listen(
          signal -> {
            log.info("SIG{}: leaving", signal);
            stopped.countDown();
          },
          signal -> log.warn("SIG{}: leaving at once", signal));
      log.info(
          "listening on http://{}, of {}", HttpFront.shown(serving.address()), redis.describe());
      external
          .address()
          .ifPresent(at -> log.info("external metrics on https://{}", HttpFront.shown(at)));
      scaler.description().ifPresent(where -> log.info("KEDA may ask at {}", where));
      if (serving.address().getAddress().isLoopbackAddress()) {
        log.info(
            "only this machine can reach the HTTP port (--port): --bind 0.0.0.0 lets others ask there too");
      }
      stopped.await();
    }
    return ExitCode.OK;
  }

  private Serving.Settings settings(Signals signals) {
    var address = Serving.NAMES.address(bind, port);
    var database = RedisUri.parse(redis.describe()).database();
    var selection = Selection.of(streams, groups);
    var asked = externalMetrics.isAsked() || keda.isAsked();
    return new Serving.Settings(
        address,
        selection,
        Metrics.sets(new Metrics.Wanted(database, consumers, silentAfter, otherNames())),
        over,
        Optional.ofNullable(probe).map(every -> new Probe.Settings(probeStream, "probe", every)),
        scaling.settings(asked, selection, signals));
  }

  private Set<OtherNames> otherNames() {
    var names = EnumSet.noneOf(OtherNames.class);
    if (redisExporterNames) {
      names.add(OtherNames.REDIS_EXPORTER);
    }
    if (articleNames) {
      names.add(OtherNames.ARTICLE);
    }
    return names;
  }

  private static void checkTime(String option, Duration time) {
    if (time.isNegative() || time.isZero() || time.compareTo(LONGEST) > 0) {
      throw CommandFailure.usage(option + " must be more than 0s and at most 1h");
    }
  }

  private void checkArguments() {
    if (consumers < 0) {
      throw CommandFailure.usage("--consumers must be 0 or more, but is " + consumers);
    }
    checkTime("--over", over);
    checkTime("--silent-after", silentAfter);
    if (probe != null) {
      checkTime("--probe", probe);
    }
    if (articleNames && !redisExporterNames) {
      throw CommandFailure.usage(
          "--article-names needs redis_exporter's names too: its rules subtract from redis_stream_length");
    }
  }
}
