// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.autoscale.Advice.Need;
import io.millhand.autoscale.Advice.Unknown;
import io.millhand.cli.autoscale.NoSignalException;
import io.millhand.cli.autoscale.Signal;
import io.millhand.cli.autoscale.Signals;
import java.util.List;

/** Of each group: how many workers it needs, where that is decided. */
final class ScalingMetrics {

  private static final Metric REQUIRED =
      Metric.gauge(
          "millhand_group_required_workers",
          "Workers that the group needs. No sample where it is not known. Only where it is decided: docs/autoscaling.md.",
          "stream",
          "group");
  private static final Metric KNOWN =
      Metric.gauge(
          "millhand_group_required_workers_known",
          "1 where it is known how many workers the group needs, else 0: then its fleet stays as it is.",
          "stream",
          "group");
  private static final Metric BACKLOG =
      Metric.entries(
          "millhand_group_backlog_entries",
          "Entries that no live worker has in hand and somebody has to take: unread, left by the dead, due within 10 seconds. No sample where it is not known.",
          "stream",
          "group");

  private ScalingMetrics() {}

  static List<Metric> metrics() {
    return List.of(REQUIRED, KNOWN, BACKLOG);
  }

  static void fill(Sheet sheet, Signals signals) {
    try {
      signals.all().forEach(signal -> fill(sheet, signal));
    } catch (NoSignalException e) {
      // No sample says so; the board's own readers tell the reason.
    }
  }

  private static void fill(Sheet sheet, Signal signal) {
    String[] labels = {signal.stream(), signal.group()};
    switch (signal.advice()) {
      case Need need -> {
        sheet.add(REQUIRED, need.workers(), labels);
        sheet.add(KNOWN, 1, labels);
      }
      case Unknown unknown -> sheet.add(KNOWN, 0, labels);
    }
    signal.backlog().ifPresent(entries -> sheet.add(BACKLOG, entries, labels));
  }
}
