// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.Delivery;
import io.millhand.delivery.EntryId;
import io.millhand.event.DrainReport;
import io.millhand.event.Event;
import io.millhand.event.Event.End;
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
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/metrics.md to what a worker tells. */
class WorkerMetricsDocTest {

  /** Labels whose values are not known beforehand. */
  private static final List<String> OPEN = List.of("stream", "group", "exception");

  private static final Pattern WORD = Pattern.compile("`(\\w+)`");

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

  @Test
  void every_value_of_a_label_is_listed() throws IOException {
    var registry = MetricsFront.registry();
    var metrics = MillhandMetrics.listener(registry);
    metrics.begin(WORKER, WorkerMetricsDocTest::health);
    seldom().forEach(metrics::on);

    var told =
        registry.getPrometheusRegistry().scrape().stream()
            .filter(metric -> !metric.getMetadata().getName().endsWith("_max"))
            .flatMap(WorkerMetricsDocTest::values)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(listed()).containsExactlyInAnyOrderElementsOf(told);
  }

  private static Stream<String> values(MetricSnapshot metric) {
    return metric.getDataPoints().stream()
        .flatMap(point -> point.getLabels().stream())
        .filter(label -> !OPEN.contains(label.getName()))
        .map(label -> String.join(" ", label.getName(), name(metric), label.getValue()));
  }

  /** What brings values that are not there from the start. */
  private static List<Event> seldom() {
    var took = Duration.ofMillis(1);
    var failure = new IllegalStateException();
    return List.of(
        new Event.Deferred(WORKER, EntryId.ZERO, 1, took, failure, took),
        new Event.Deferred(WORKER, EntryId.ZERO, 0, took, null, took),
        new Event.DeadLettered(WORKER, EntryId.ZERO, End.HANDLER, "so", 0, null, took, took),
        new Event.Fenced(WORKER, EntryId.ZERO, took),
        drained(List.of(), Optional.empty()),
        drained(List.of(EntryId.ZERO), Optional.empty()),
        drained(List.of(), Optional.of(failure)));
  }

  private static Event drained(List<EntryId> leftBehind, Optional<Throwable> failure) {
    return new Event.Drained(WORKER, new DrainReport(0, 0, leftBehind, Duration.ZERO, failure));
  }

  /** Label, metric and value, of each that the page lists. */
  private static List<String> listed() throws IOException {
    return Files.readAllLines(Path.of("..", "docs", "metrics.md")).stream()
        .dropWhile(line -> !line.equals("### Values of labels"))
        .takeWhile(line -> !line.equals("### Queries"))
        .map(line -> line.split("\\|", -1))
        .filter(cells -> cells.length == 5 && !OPEN.contains(cells[1].strip()))
        .flatMap(
            cells ->
                WORD.matcher(cells[3])
                    .results()
                    .map(
                        value ->
                            String.join(
                                " ",
                                cells[1].strip(),
                                cells[2].strip().replace("`", ""),
                                value.group(1))))
        .toList();
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

  private static String name(MetricSnapshot metric) {
    var name = metric.getMetadata().getPrometheusName();
    return metric instanceof CounterSnapshot ? name.replaceFirst("_total$", "") + "_total" : name;
  }

  private static String row(MetricSnapshot metric) {
    var unit = metric.getMetadata().getUnit();
    var words = metric.getMetadata().getPrometheusName().replaceFirst("_total$", "");
    return "| `%s` | %s | %s | %s | %s |"
        .formatted(
            name(metric),
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
