// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.inspect.Snapshots.ConsumerSnapshot.Kind;
import java.util.List;

/**
 * Of each consumer, where that is wanted.
 *
 * @param limit how many consumers are shown at most
 */
record ConsumerMetrics(int limit) implements MetricSet {

  private static final Metric PENDING =
      Metric.entries(
          "millhand_consumer_pending_entries",
          "Entries pending with the consumer. Only with --consumers.",
          "stream",
          "group",
          "consumer");
  private static final Metric IDLE =
      Metric.seconds(
          "millhand_consumer_idle_seconds",
          "How long ago the consumer last asked Redis for entries. Only with --consumers.",
          "stream",
          "group",
          "consumer");
  private static final Metric LEFT_OUT =
      Metric.gauge(
          "millhand_consumers_left_out",
          "Consumers beyond the limit of --consumers, which have no series of their own. Only with --consumers.");

  @Override
  public List<Metric> metrics() {
    return List.of(PENDING, IDLE, LEFT_OUT);
  }

  @Override
  public void fill(Sheet sheet, Seen seen) {
    var shown = ShownConsumers.of(seen.survey(), limit);
    for (var row : shown.rows()) {
      var consumer = row.consumer();
      if (consumer.kind() != Kind.DEFERRED) {
        sheet.add(PENDING, consumer.pending(), row.stream(), row.group(), consumer.name());
        consumer
            .idle()
            .ifPresent(idle -> sheet.add(IDLE, idle, row.stream(), row.group(), consumer.name()));
      }
    }
    sheet.add(LEFT_OUT, shown.leftOut());
  }
}
