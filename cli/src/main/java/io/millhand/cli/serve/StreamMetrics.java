// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

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
  private static final Metric BYTES =
      Metric.bytes(
          "millhand_stream_memory_bytes",
          "Memory that the stream takes with its groups, by a sample. No sample where MEMORY USAGE is forbidden.",
          "stream");

  @Override
  public List<Metric> metrics() {
    return List.of(LENGTH, ADDED, OLDEST, BYTES);
  }

  @Override
  public void fill(Sheet sheet, Seen seen) {
    for (var stream : seen.survey().streams()) {
      sheet.add(LENGTH, stream.length(), stream.key());
      stream.added().ifPresent(added -> sheet.add(ADDED, added, stream.key()));
      stream
          .oldest()
          .flatMap(seen.survey()::age)
          .ifPresent(age -> sheet.add(OLDEST, age, stream.key()));
      stream.bytes().ifPresent(bytes -> sheet.add(BYTES, bytes, stream.key()));
    }
  }
}
