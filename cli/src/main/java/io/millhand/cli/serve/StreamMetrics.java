// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.inspect.StreamDetails.Survey;
import java.util.List;

/** Of each stream. */
final class StreamMetrics implements MetricSet {

  private static final Metric LENGTH =
      Metric.entries(
          "millhand_stream_entries",
          "Entries in the stream, handled ones too until they are trimmed.",
          "stream");
  private static final Metric ADDED =
      Metric.counter(
          "millhand_stream_entries_added_total",
          "Entries that were ever added to the stream (Redis 7.0 and newer).",
          "stream");
  private static final Metric OLDEST =
      Metric.seconds(
          "millhand_stream_oldest_entry_age_seconds",
          "How long ago the oldest entry in the stream was added.",
          "stream");

  @Override
  public List<Metric> metrics() {
    return List.of(LENGTH, ADDED, OLDEST);
  }

  @Override
  public void fill(Sheet sheet, Survey survey) {
    for (var stream : survey.streams()) {
      sheet.add(LENGTH, stream.length(), stream.key());
      stream.entriesAdded().ifPresent(added -> sheet.add(ADDED, added, stream.key()));
      Ages.of(stream.first(), survey.at()).ifPresent(age -> sheet.add(OLDEST, age, stream.key()));
    }
  }
}
