// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.inspect.Snapshots.ConsumerSnapshot.Kind;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import io.millhand.inspect.Snapshots.Member;
import io.millhand.inspect.Snapshots.Pin;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * Of each group: what it has not been given, and not finished, and who works on it.
 *
 * @param silentAfter a foreign consumer that has asked for nothing for so long is called silent
 */
record GroupMetrics(Duration silentAfter) implements MetricSet {

  private static final Metric LAG =
      entries(
          "lag_entries", "Entries not given to the group yet. No sample where Redis cannot tell.");
  private static final Metric LAG_KNOWN =
      gauge("lag_known", "1 where millhand_group_lag_entries is known, else 0.");
  private static final Metric LAG_BOUND =
      entries(
          "lag_lower_bound_entries",
          "Entries not given to the group yet: the lag where it is known, else as many as were counted (10,000 at most).");
  private static final Metric PENDING =
      entries(
          "pending_entries", "Entries given to a consumer and not settled, without deferred ones.");
  private static final Metric DEFERRED =
      entries("deferred_entries", "Entries that wait for their due time: for a retry, mostly.");
  private static final Metric DEAD = gauge("dead_letters", "Dead letters of the group.");
  private static final Metric UNDELIVERED_AGE =
      seconds(
          "oldest_undelivered_age_seconds",
          "How long ago the oldest entry that the group has not been given was added. No sample where there is none.");
  private static final Metric PENDING_AGE =
      seconds(
          "oldest_pending_age_seconds",
          "How long ago the oldest entry that is pending, deferred ones too, was added. No sample where there is none.");
  private static final Metric CONSUMERS =
      gauge("consumers", "Consumers of the group, without the reserved one.");
  private static final Metric WORKERS =
      gauge("workers_registered", "Workers of Millhand that are registered.");
  private static final Metric IDLE =
      seconds(
          "idle_seconds",
          "How long ago any consumer of the group last asked Redis for entries. No sample where it has none.");
  private static final Metric SILENT_CONSUMERS =
      gauge(
          "silent_consumers",
          "Consumers that are no registered workers and have asked for nothing for --silent-after (a minute) or longer.");
  private static final Metric SILENT_PENDING =
      entries("silent_pending_entries", "Entries pending with silent consumers.");

  private static Metric gauge(String name, String help) {
    return Metric.gauge("millhand_group_" + name, help, "stream", "group");
  }

  private static Metric entries(String name, String help) {
    return Metric.entries("millhand_group_" + name, help, "stream", "group");
  }

  private static Metric seconds(String name, String help) {
    return Metric.seconds("millhand_group_" + name, help, "stream", "group");
  }

  @Override
  public List<Metric> metrics() {
    return List.of(
        LAG,
        LAG_KNOWN,
        LAG_BOUND,
        PENDING,
        DEFERRED,
        DEAD,
        UNDELIVERED_AGE,
        PENDING_AGE,
        CONSUMERS,
        WORKERS,
        IDLE,
        SILENT_CONSUMERS,
        SILENT_PENDING);
  }

  @Override
  public void fill(Sheet sheet, Seen seen) {
    for (var group : seen.survey().groups()) {
      String[] labels = {group.stream(), group.name()};
      entries(sheet, group, labels);
      group.oldestUndelivered().ifPresent(age -> sheet.add(UNDELIVERED_AGE, age, labels));
      group.oldestPending().flatMap(Pin::age).ifPresent(age -> sheet.add(PENDING_AGE, age, labels));
      consumers(sheet, group, labels);
    }
  }

  private static void entries(Sheet sheet, GroupSnapshot group, String... labels) {
    var lag = group.lag();
    if (lag.isExact()) {
      sheet.add(LAG, lag.entries(), labels);
    }
    sheet.add(LAG_KNOWN, lag.isExact() ? 1 : 0, labels);
    sheet.add(LAG_BOUND, lag.entries(), labels);
    sheet.add(PENDING, group.pending(), labels);
    sheet.add(DEFERRED, group.deferred(), labels);
    sheet.add(DEAD, group.dead(), labels);
  }

  private void consumers(Sheet sheet, GroupSnapshot group, String... labels) {
    var silent = group.members().stream().filter(this::isSilent).toList();
    sheet.add(CONSUMERS, group.consumers(), labels);
    sheet.add(WORKERS, group.workers(), labels);
    group.members().stream()
        .filter(member -> member.kind() != Kind.DEFERRED)
        .flatMap(member -> member.idle().stream())
        .min(Comparator.naturalOrder())
        .ifPresent(idle -> sheet.add(IDLE, idle, labels));
    sheet.add(SILENT_CONSUMERS, silent.size(), labels);
    sheet.add(SILENT_PENDING, silent.stream().mapToLong(Member::pending).sum(), labels);
  }

  /** A worker is not: it beats, and asks for nothing while its handlers are busy. */
  private boolean isSilent(Member member) {
    return member.kind() == Kind.FOREIGN
        && member.idle().filter(idle -> idle.compareTo(silentAfter) >= 0).isPresent();
  }
}
