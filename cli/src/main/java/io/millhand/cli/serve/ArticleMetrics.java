// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import java.util.HashMap;
import java.util.List;

/**
 * Three names that a much-copied recipe for Kubernetes asks for, and that no exporter ever had,
 * with the meanings that make its rules and its autoscaler do what they were meant for.
 *
 * @param database the number of the database
 */
record ArticleMetrics(int database) implements MetricSet {

  private static final Metric OPEN =
      Metric.gauge(
          "redis_stream_pending_messages",
          "What the group has still to do: its lag (lower bound) and all that is pending. Only with --article-names.",
          "db",
          "stream",
          "group");
  private static final Metric PENDING =
      Metric.gauge(
          "redis_consumer_group_pending",
          "Entries pending in the group, deferred ones too. Only with --article-names.",
          "db",
          "stream",
          "group");
  private static final Metric POSITION =
      Metric.gauge(
          "redis_consumer_group_last_delivered_id",
          "How many of the stream's entries its slowest group is past: redis_stream_length minus this is that group's lag (lower bound). Only with --article-names.",
          "db",
          "stream");

  @Override
  public List<Metric> metrics() {
    return List.of(OPEN, PENDING, POSITION);
  }

  @Override
  public void fill(Sheet sheet, Seen seen) {
    var worst = new HashMap<String, Long>();
    for (var group : seen.survey().groups()) {
      String[] labels = {"db" + database, group.stream(), group.name()};
      var pending = group.pending() + group.deferred();
      sheet.add(OPEN, group.lag().entries() + pending, labels);
      sheet.add(PENDING, pending, labels);
      worst.merge(group.stream(), group.lag().entries(), Math::max);
    }
    for (var stream : seen.survey().streams()) {
      var lag = worst.get(stream.key());
      if (lag != null) {
        sheet.add(POSITION, stream.length() - lag, "db" + database, stream.key());
      }
    }
  }
}
