// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.inspect.Flow;
import io.millhand.inspect.Snapshots.Crew;
import io.millhand.inspect.Trend.Watched;
import io.millhand.inspect.Verdict;
import java.util.List;
import java.util.Locale;

/** Of each group: who is there, how fast it goes, and how it is. */
final class ProgressMetrics implements MetricSet {

  private static final Metric ALIVE =
      gauge("workers_alive", "Registered workers whose connection to Redis exists.");
  private static final Metric GONE =
      gauge(
          "workers_gone",
          "Registered workers whose connection is gone: killed, and not yet taken over.");
  private static final Metric UNSEEN =
      gauge(
          "workers_unseen",
          "Registered workers of whom it cannot be told whether they live: clients may not be listed, or they registered with an earlier run of Redis.");
  private static final Metric DUE =
      Metric.entries(
          "millhand_group_due_entries",
          "Deferred entries that are due and wait to be taken.",
          "stream",
          "group");
  private static final Metric SUSPECTS =
      Metric.entries(
          "millhand_group_suspect_entries",
          "Entries that several workers died with, as far as is seen: those that run alone now, and the lowest pending.",
          "stream",
          "group");
  private static final Metric IN_HAND =
      seconds(
          "longest_in_hand_seconds",
          "How long the longest held of the lowest pending entries has been in somebody's hands. No sample where nothing is.");
  private static final Metric PAUSED =
      gauge("paused", "1 while somebody has paused the group for all its workers, else 0.");
  private static final Metric LOST =
      Metric.counter(
          "millhand_group_lost_entries_total",
          "Unfinished entries that hard caps took from the group, pending and unread ones.",
          "stream",
          "group");
  private static final Metric ADDED =
      gauge(
          "added_per_second",
          "Entries added to the stream in a second, since a look about 30 seconds ago. No sample before a second look, and where the server cannot tell.");
  private static final Metric SETTLED =
      gauge(
          "settled_per_second",
          "Entries acked or dead-lettered in a second, since that look. No sample where it is not known.");
  private static final Metric DRAIN =
      seconds(
          "drain_seconds",
          "How long until nothing waits, if it goes on as since that look. No sample where it never would, and where it is not known.");
  private static final Metric VERDICT =
      Metric.gauge(
          "millhand_group_verdict",
          "1 for the verdict that applies, 0 for the others: ok, slow, poisoned, stalled, stopped, unknown.",
          "stream",
          "group",
          "verdict");

  private static Metric gauge(String name, String help) {
    return Metric.gauge("millhand_group_" + name, help, "stream", "group");
  }

  private static Metric seconds(String name, String help) {
    return Metric.seconds("millhand_group_" + name, help, "stream", "group");
  }

  @Override
  public List<Metric> metrics() {
    return List.of(
        ALIVE, GONE, UNSEEN, DUE, SUSPECTS, IN_HAND, PAUSED, LOST, ADDED, SETTLED, DRAIN, VERDICT);
  }

  @Override
  public void fill(Sheet sheet, Seen seen) {
    for (var watched : seen.groups()) {
      var group = watched.group();
      String[] labels = {group.stream(), group.name()};
      crew(sheet, group.crew(), labels);
      sheet.add(DUE, group.dueNow(), labels);
      sheet.add(PAUSED, group.paused().isPresent() ? 1 : 0, labels);
      sheet.add(LOST, group.lost().map(lost -> lost.pending() + lost.unread()).orElse(0L), labels);
      watched.flow().ifPresent(flow -> flow(sheet, watched, flow, labels));
      verdict(sheet, watched);
    }
  }

  private static void crew(Sheet sheet, Crew crew, String... labels) {
    sheet.add(ALIVE, crew.alive(), labels);
    sheet.add(GONE, crew.gone(), labels);
    sheet.add(UNSEEN, crew.unseen(), labels);
    sheet.add(SUSPECTS, crew.suspects().size(), labels);
    crew.oldestInHand().ifPresent(time -> sheet.add(IN_HAND, time, labels));
  }

  private static void flow(Sheet sheet, Watched watched, Flow flow, String... labels) {
    flow.addedPerSecond().ifPresent(rate -> sheet.add(ADDED, rate, labels));
    flow.settledPerSecond().ifPresent(rate -> sheet.add(SETTLED, rate, labels));
    flow.drainTime(watched.group()).ifPresent(time -> sheet.add(DRAIN, time, labels));
  }

  private static void verdict(Sheet sheet, Watched watched) {
    var group = watched.group();
    for (var kind : Verdict.Kind.values()) {
      sheet.add(
          VERDICT,
          kind == watched.verdict().kind() ? 1 : 0,
          group.stream(),
          group.name(),
          kind.name().toLowerCase(Locale.ROOT));
    }
  }
}
