// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.Delivery;
import io.millhand.delivery.EntryId;
import io.millhand.event.DrainReport;
import io.millhand.event.Event;
import io.millhand.event.Event.State;
import io.millhand.event.Health;
import io.millhand.micrometer.MillhandMetrics;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Holds docs/metrics.md to what a worker tells. */
class WorkerMetricsDocTest {

  private static final Event.Worker WORKER =
      new Event.Worker(new Delivery.Source("orders", "g"), "w1");

  @Test
  void every_metric_of_a_worker_is_listed_as_it_is() throws IOException {
    var registry = MetricsFront.registry();
    var metrics = MillhandMetrics.listener(registry);
    metrics.begin(WORKER, WorkerMetricsDocTest::health);
    metrics.on(
        new Event.Drained(
            WORKER, new DrainReport(0, 0, List.of(), Duration.ZERO, Optional.empty())));
    metrics.on(
        new Event.Deferred(
            WORKER, EntryId.ZERO, 1, Duration.ZERO, new IllegalStateException(), Duration.ZERO));

    var told = new TreeSet<String>();
    registry.getPrometheusRegistry().scrape().stream()
        .filter(metric -> !metric.getMetadata().getName().endsWith("_max"))
        .forEach(metric -> told.add(row(metric)));
    var rows =
        Files.readAllLines(Path.of("..", "docs", "metrics.md")).stream()
            .filter(line -> line.startsWith("| `millhand_worker_"))
            .toList();
    assertThat(rows).containsExactlyInAnyOrderElementsOf(told);
  }

  private static Health health() {
    return new Health(
        State.RUNNING,
        0,
        0,
        0,
        0,
        0,
        false,
        Optional.empty(),
        new Health.Permits(1, 1),
        new Health.Pulse(true, false, Duration.ZERO, Duration.ZERO),
        List.of());
  }

  private static String row(MetricSnapshot metric) {
    var name = metric.getMetadata().getPrometheusName();
    var unit = metric.getMetadata().getUnit();
    var words = name.replaceFirst("_total$", "");
    return "| `%s` | %s | %s | %s | %s |"
        .formatted(
            metric instanceof CounterSnapshot ? words + "_total" : name,
            type(metric),
            labels(metric),
            unit != null
                ? unit.toString()
                : words.endsWith("_seconds")
                    ? "seconds"
                    : words.endsWith("_entries") ? "entries" : "-",
            metric.getMetadata().getHelp());
  }

  private static String type(MetricSnapshot metric) {
    return switch (metric) {
      case CounterSnapshot counter -> "counter";
      case HistogramSnapshot histogram -> "histogram";
      case SummarySnapshot summary -> "summary";
      default -> "gauge";
    };
  }

  /** Where all have them first. */
  private static String labels(MetricSnapshot metric) {
    Labels labels = metric.getDataPoints().getFirst().getLabels();
    var names = new TreeSet<String>();
    labels.forEach(label -> names.add(label.getName()));
    names.removeAll(List.of("stream", "group"));
    return names.isEmpty() ? "stream, group" : "stream, group, " + String.join(", ", names);
  }
}
