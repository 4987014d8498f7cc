// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.delivery.EntryId;
import io.millhand.inspect.Snapshots.ConsumerSnapshot.Kind;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import io.millhand.inspect.Snapshots.StreamSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The names, labels and values that redis_exporter has for streams, so that dashboards and rules
 * made for it work: an id stands for its milliseconds, and what the server's version does not tell
 * is 0. One thing is not copied: a lag that Redis cannot tell has no sample, where redis_exporter
 * says 0, and an alert on it is blind.
 *
 * @param database the number of the database
 * @param consumers how many consumers are shown at most
 */
record RedisExporterMetrics(int database, int consumers) implements MetricSet {

  private static final String[] STREAM = {"db", "stream"};
  private static final String[] GROUP = {"db", "stream", "group"};
  private static final String[] CONSUMER = {"db", "stream", "group", "consumer"};

  private static final Metric LENGTH = of("length", "Entries in the stream.", STREAM);
  private static final Metric RADIX_KEYS =
      of("radix_tree_keys", "Nodes of the stream's radix tree that hold entries.", STREAM);
  private static final Metric RADIX_NODES =
      of("radix_tree_nodes", "Nodes of the stream's radix tree.", STREAM);
  private static final Metric LAST_GENERATED =
      of("last_generated_id", "Milliseconds of the last id that was given out.", STREAM);
  private static final Metric GROUPS = of("groups", "Groups of the stream.", STREAM);
  private static final Metric MAX_DELETED =
      of("max_deleted_entry_id", "Milliseconds of the highest id that was deleted.", STREAM);
  private static final Metric FIRST =
      of("first_entry_id", "Milliseconds of the first entry's id.", STREAM);
  private static final Metric LAST =
      of("last_entry_id", "Milliseconds of the last entry's id.", STREAM);
  private static final Metric ADDED =
      Metric.counter(
          "redis_stream_entries_added_total",
          "Entries that were ever added to the stream.",
          STREAM);

  private static final Metric CONSUMERS =
      of("group_consumers", "Consumers of the group, the reserved one too.", GROUP);
  private static final Metric PENDING =
      of("group_messages_pending", "Entries pending in the group, deferred ones too.", GROUP);
  private static final Metric LAST_DELIVERED =
      of("group_last_delivered_id", "Milliseconds of the last id that the group was given.", GROUP);
  private static final Metric READ =
      of("group_entries_read", "Entries that the group was ever given.", GROUP);
  private static final Metric LAG =
      of(
          "group_lag",
          "Entries not given to the group yet, as Redis tells it. No sample where it cannot tell.",
          GROUP);

  private static final Metric CONSUMER_PENDING =
      of(
          "group_consumer_messages_pending",
          "Entries pending with the consumer. Only with --consumers.",
          CONSUMER);
  private static final Metric CONSUMER_IDLE =
      of(
          "group_consumer_idle_seconds",
          "Seconds since the consumer last asked for entries. Only with --consumers.",
          CONSUMER);

  private static Metric of(String name, String help, String... labels) {
    return Metric.gauge("redis_stream_" + name, help, labels);
  }

  @Override
  public List<Metric> metrics() {
    var all =
        new ArrayList<>(
            List.of(
                LENGTH,
                RADIX_KEYS,
                RADIX_NODES,
                LAST_GENERATED,
                GROUPS,
                MAX_DELETED,
                FIRST,
                LAST,
                ADDED,
                CONSUMERS,
                PENDING,
                LAST_DELIVERED,
                READ,
                LAG));
    if (consumers > 0) {
      all.addAll(List.of(CONSUMER_PENDING, CONSUMER_IDLE));
    }
    return all;
  }

  @Override
  public void fill(Sheet sheet, Seen seen) {
    seen.survey().streams().forEach(stream -> stream(sheet, stream));
    seen.survey().groups().forEach(group -> group(sheet, group));
    for (var row : ShownConsumers.of(seen.survey(), consumers).rows()) {
      var consumer = row.consumer();
      String[] labels = {db(), row.stream(), row.group(), consumer.name()};
      sheet.add(CONSUMER_PENDING, consumer.pending(), labels);
      consumer.idle().ifPresent(idle -> sheet.add(CONSUMER_IDLE, idle, labels));
    }
  }

  private void stream(Sheet sheet, StreamSnapshot stream) {
    String[] labels = {db(), stream.key()};
    sheet.add(LENGTH, stream.length(), labels);
    sheet.add(RADIX_KEYS, stream.inner().radixTreeKeys(), labels);
    sheet.add(RADIX_NODES, stream.inner().radixTreeNodes(), labels);
    sheet.add(LAST_GENERATED, millis(Optional.of(stream.lastGenerated())), labels);
    sheet.add(GROUPS, stream.groups(), labels);
    sheet.add(MAX_DELETED, millis(stream.inner().maxDeleted()), labels);
    sheet.add(FIRST, millis(stream.oldest()), labels);
    sheet.add(LAST, millis(stream.newest()), labels);
    sheet.add(ADDED, stream.added().orElse(0L), labels);
  }

  private void group(Sheet sheet, GroupSnapshot group) {
    String[] labels = {db(), group.stream(), group.name()};
    sheet.add(CONSUMERS, group.consumers() + (isReserved(group) ? 1 : 0), labels);
    sheet.add(PENDING, group.pending() + group.deferred(), labels);
    sheet.add(LAST_DELIVERED, millis(Optional.of(group.lastDelivered())), labels);
    sheet.add(READ, group.progress().read().orElse(0L), labels);
    group.progress().reportedLag().ifPresent(lag -> sheet.add(LAG, lag, labels));
  }

  private static boolean isReserved(GroupSnapshot group) {
    return group.members().stream().anyMatch(member -> member.kind() == Kind.DEFERRED);
  }

  /** Ids are unsigned, and so may be beyond what a long can say. */
  private static double millis(Optional<EntryId> id) {
    return id.map(EntryId::millis)
        .map(millis -> millis >= 0 ? millis : Double.parseDouble(Long.toUnsignedString(millis)))
        .orElse(0.0);
  }

  private String db() {
    return "db" + database;
  }
}
