// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class MetricsDocTest {

  @Test
  void every_metric_is_listed_as_it_is() throws IOException {
    var metrics = new ArrayList<>(OwnMetrics.metrics());
    metrics.addAll(Probe.metrics());
    Site.sets(1, OtherNames.REDIS_EXPORTER).forEach(set -> metrics.addAll(set.metrics()));
    var consumers = metrics.indexOf(new ConsumerMetrics(1).metrics().getFirst());
    metrics.addAll(consumers, ScalingMetrics.metrics());
    metrics.addAll(OtherNames.ARTICLE.set(0, 1).metrics());

    var rows =
        Files.readAllLines(Path.of("..", "docs", "metrics.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .toList();
    var workers = "| `millhand_worker_";
    assertThat(rows)
        .filteredOn(row -> !row.startsWith(workers))
        .containsExactlyElementsOf(metrics.stream().map(MetricsDocTest::row).toList());
  }

  private static String row(Metric metric) {
    return "| `%s` | %s | %s | %s | %s |"
        .formatted(
            metric.name(),
            metric.type(),
            metric.labels().isEmpty() ? "-" : String.join(", ", metric.labels()),
            metric.unit().isEmpty() ? "-" : metric.unit(),
            metric.help());
  }
}
