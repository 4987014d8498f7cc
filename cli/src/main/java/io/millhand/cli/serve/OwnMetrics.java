// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.Millhand;
import io.millhand.cli.serve.Collector.Collection;
import java.util.List;

/** Of this process and its collections; there is always a value, whatever Redis does. */
final class OwnMetrics {

  private static final Metric UP =
      Metric.gauge(
          "millhand_up", "1 if Redis could be read for this scrape; at 0 all else is withdrawn.");
  private static final Metric BUILD =
      Metric.gauge("millhand_build_info", "1; the version is a label.", "version");
  private static final Metric DURATION =
      Metric.seconds(
          "millhand_collection_duration_seconds",
          "How long it took to read Redis for this scrape.");
  private static final Metric COLLECTIONS =
      Metric.counter(
          "millhand_collections_total",
          "How often Redis was read for scrapes: result is read or failed.",
          "result");
  private static final Metric STREAMS =
      Metric.gauge("millhand_streams", "Streams that were found and looked at.");
  private static final Metric GROUPS =
      Metric.gauge("millhand_groups", "Groups that were found and looked at.");

  private OwnMetrics() {}

  static List<Metric> metrics() {
    return List.of(UP, BUILD, DURATION, COLLECTIONS, STREAMS, GROUPS);
  }

  static void fill(Sheet sheet, Collection collection) {
    sheet.add(UP, collection.seen().isPresent() ? 1 : 0);
    sheet.add(BUILD, 1, Millhand.version());
    sheet.add(DURATION, collection.took().toNanos() / 1e9);
    sheet.add(COLLECTIONS, collection.read(), "read");
    sheet.add(COLLECTIONS, collection.failed(), "failed");
    collection.seen().ifPresent(seen -> counts(sheet, seen));
  }

  private static void counts(Sheet sheet, Seen seen) {
    sheet.add(STREAMS, seen.survey().streams().size());
    sheet.add(GROUPS, seen.groups().size());
  }
}
