// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import static io.millhand.inspect.Finding.Severity.CRITICAL;
import static io.millhand.inspect.Finding.Severity.NOTE;
import static io.millhand.inspect.Finding.Severity.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.EntryId;
import io.millhand.inspect.Doctor.Checkup;
import io.millhand.inspect.Finding.Severity;
import io.millhand.inspect.Snapshots.ConsumerSnapshot;
import io.millhand.inspect.Snapshots.Inner;
import io.millhand.inspect.Snapshots.StreamSnapshot;
import io.millhand.inspect.Snapshots.WorkerInfo;
import io.millhand.inspect.Trend.Watched;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DoctorTest {

  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  private final Map<String, String> info =
      new HashMap<>(
          Map.of(
              "aof_enabled", "1",
              "maxmemory", "1000000000",
              "used_memory", "1000000",
              "maxmemory_policy", "noeviction",
              "role", "master",
              "connected_slaves", "1"));
  private final Map<String, String> config =
      new HashMap<>(Map.of("appendfsync", "everysec", "min-replicas-to-write", "1"));
  private final List<StreamSnapshot> streams = new ArrayList<>();
  private final List<Watched> groups = new ArrayList<>();
  private final Map<String, List<ConsumerSnapshot>> consumers = new HashMap<>();
  private final List<ServerReport> others = new ArrayList<>();
  private String version = "9.0.0";

  private List<Finding> findings() {
    return Doctor.examine(
        new Checkup(
            new ServerReport("redis", version, NOW, info, config),
            others,
            streams,
            groups,
            consumers));
  }

  private void finds(Severity severity, String topic, String evidence) {
    assertThat(findings())
        .as("%s", findings())
        .anySatisfy(
            finding -> {
              assertThat(finding.severity()).isEqualTo(severity);
              assertThat(finding.topic()).isEqualTo(topic);
              assertThat(finding.evidence()).contains(evidence);
              assertThat(finding.mend()).isNotBlank();
            });
  }

  private void watch(Groups group, Optional<Flow> flow) {
    var snapshot = group.snapshot();
    groups.add(new Watched(snapshot, flow, Verdict.of(snapshot, flow)));
  }

  private static StreamSnapshot stream(Duration oldest, Duration newest, long length, long bytes) {
    var last = EntryId.at(NOW.minus(newest));
    return new StreamSnapshot(
        "orders",
        length,
        last,
        Optional.of(EntryId.at(NOW.minus(oldest))),
        Optional.of(last),
        Optional.of(length),
        Optional.of(bytes),
        1,
        new Inner(1, 2, Optional.empty()));
  }

  @Test
  void every_node_of_a_cluster_is_examined_and_what_is_alike_is_told_once() {
    info.put("maxmemory_policy", "allkeys-lru");
    others.add(new ServerReport("redis", version, NOW, info, config));
    others.add(
        new ServerReport("redis", version, NOW, Map.of("maxmemory_policy", "allkeys-lfu"), config));

    assertThat(findings()).filteredOn(each -> each.topic().equals("eviction")).hasSize(2);
  }

  @Test
  void a_server_that_is_well_has_no_findings() {
    streams.add(stream(Duration.ofHours(1), Duration.ZERO, 10, 1000));
    watch(new Groups().workers(2), Optional.empty());

    assertThat(findings()).isEmpty();
    assertThat(Doctor.needsSomebody(findings())).isFalse();
  }

  @Test
  void defects_of_its_version_are_told_and_those_that_are_mended_are_not() {
    version = "8.2.2";
    finds(CRITICAL, "known defect", "CVE-2025-62507");
    version = "8.2.3";
    assertThat(findings()).noneMatch(finding -> finding.evidence().contains("CVE-2025-62507"));
    version = "7.0.15";
    finds(WARNING, "known defect", "CVE-2025-49844");
    assertThat(findings()).noneMatch(finding -> finding.evidence().contains("CVE-2026-23479"));
  }

  @Test
  void a_policy_that_evicts_streams_is_critical_where_there_is_a_limit() {
    info.put("maxmemory_policy", "allkeys-lru");
    finds(CRITICAL, "eviction", "deletes whole streams");
    info.put("maxmemory", "0");
    finds(WARNING, "eviction", "allkeys-lru");
    finds(NOTE, "memory", "maxmemory is not set");
  }

  @Test
  void what_a_restart_loses_is_told() {
    info.put("aof_enabled", "0");
    config.put("save", "");
    finds(WARNING, "persistence", "loses everything");
    config.put("save", "3600 1");
    finds(WARNING, "persistence", "since the last snapshot");
    info.put("aof_enabled", "1");
    config.put("appendfsync", "no");
    finds(WARNING, "persistence", "appendfsync is no");
    info.put("aof_last_write_status", "err");
    finds(CRITICAL, "persistence", "could not be written");
  }

  @Test
  void replicas_and_their_absence_are_told() {
    info.put("connected_slaves", "0");
    finds(NOTE, "replication", "there is no replica");
    info.put("connected_slaves", "2");
    config.put("min-replicas-to-write", "0");
    finds(NOTE, "replication", "which a failover loses");
    info.put("role", "slave");
    finds(CRITICAL, "replication", "this is a replica");
  }

  @Test
  void a_limit_of_output_buffers_that_large_replies_meet_is_told() {
    config.put(
        "client-output-buffer-limit",
        "normal 1048576 0 0 slave 268435456 67108864 60 pubsub 1 1 1");
    finds(WARNING, "output buffer", "exceeds 1 MiB");
    config.put("client-output-buffer-limit", "normal 0 0 0 slave 268435456 67108864 60");
    assertThat(findings()).isEmpty();
  }

  @Test
  void memory_that_ends_soon_is_told_with_the_time_that_is_left() {
    info.put("used_memory", "500000000");
    streams.add(stream(Duration.ofHours(1), Duration.ZERO, 1000, 1_000_000));
    var flow =
        new Flow(
            Duration.ofSeconds(1), Optional.of(1000L), Optional.of(1L), Optional.of(1L), 0, true);
    watch(new Groups().workers(2), Optional.of(flow));

    finds(CRITICAL, "memory", "50 % of maxmemory is used, and streams grow by 977 KiB/s");
    info.put("used_memory", "960000000");
    groups.clear();
    finds(WARNING, "memory", "96 % of maxmemory is used; then sends are refused");
  }

  @Test
  void a_group_that_holds_a_large_stream_for_days_is_named() {
    streams.add(stream(Duration.ofDays(9), Duration.ZERO, 1_000_000, 500_000_000));
    watch(new Groups().workers(1).added(5).read(5), Optional.empty()); // its id is of 1970

    finds(WARNING, "pinned memory", "the group processing is");
  }

  @Test
  void verdicts_that_need_somebody_are_findings() {
    watch(new Groups().lag(5), Optional.empty());
    finds(CRITICAL, "stopped", "nobody works on it");
    assertThat(Doctor.needsSomebody(findings())).isTrue();
  }

  @Test
  void unknown_lag_and_dead_letters_are_notes() {
    watch(new Groups().workers(1).lagAtLeast(10_000).dead(3), Optional.empty());
    finds(NOTE, "unknown lag", "at least 10,000");
    finds(NOTE, "dead letters", "3 wait");
  }

  @Test
  void ids_of_the_future_tell_of_a_clock_that_went_back() {
    streams.add(stream(Duration.ofDays(1), Duration.ofSeconds(-90), 5, 100));
    finds(WARNING, "clock", "90 s ahead");
  }

  @Test
  void consumers_that_were_left_behind_are_counted() {
    watch(new Groups(), Optional.empty());
    var all = new ArrayList<ConsumerSnapshot>();
    for (int i = 0; i < 12; i++) {
      all.add(foreign("pod-" + i, 0));
    }
    all.add(foreign("pod-x", 7));
    consumers.put("orders/processing", all);

    finds(WARNING, "ghost consumers", "1 consumers that asked for nothing for an hour hold 7");
    finds(NOTE, "ghost consumers", "12 consumers have nothing");
  }

  private static ConsumerSnapshot foreign(String name, long pending) {
    return new ConsumerSnapshot(
        name, ConsumerSnapshot.Kind.FOREIGN, pending, Duration.ofDays(3), Optional.empty());
  }

  @Test
  void workers_of_different_versions_are_told() {
    watch(new Groups().workers(2), Optional.empty());
    consumers.put("orders/processing", List.of(worker("1.0"), worker("1.1")));

    finds(NOTE, "versions", "1.0, 1.1");
  }

  private static ConsumerSnapshot worker(String version) {
    return new ConsumerSnapshot(
        "w-" + version,
        ConsumerSnapshot.Kind.WORKER,
        0,
        Duration.ZERO,
        Optional.of(
            new WorkerInfo(
                "host",
                1,
                version,
                "",
                Presence.ALIVE,
                Duration.ofSeconds(15),
                Optional.empty(),
                Optional.empty())));
  }

  @Test
  void a_server_that_may_not_be_asked_is_told_as_such() {
    info.clear();
    finds(NOTE, "not examined", "INFO is forbidden");
  }

  @Test
  void the_worst_comes_first() {
    info.put("connected_slaves", "0");
    info.put("aof_enabled", "0");
    info.put("role", "slave");

    assertThat(findings())
        .extracting(Finding::severity)
        .isSortedAccordingTo((a, b) -> b.compareTo(a));
  }
}
