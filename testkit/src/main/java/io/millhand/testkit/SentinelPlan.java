// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The settings of an {@link EmbeddedSentinel}, and how it comes up. */
record SentinelPlan(
    NodePlan data,
    ServerAccess sentinelAccess,
    int replicas,
    int sentinels,
    Duration downAfter,
    Duration failoverTimeout,
    Pace pace) {

  /** How often Sentinels look at the nodes and talk with each other. */
  enum Pace {
    REAL,
    EAGER
  }

  static final SentinelPlan DEFAULT =
      new SentinelPlan(
          NodePlan.DEFAULT,
          ServerAccess.OPEN,
          2,
          3,
          Duration.ofSeconds(1),
          Duration.ofSeconds(6),
          Pace.REAL);

  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

  String service() {
    return "millhand";
  }

  SentinelPlan withData(NodePlan other) {
    return new SentinelPlan(
        other, sentinelAccess, replicas, sentinels, downAfter, failoverTimeout, pace);
  }

  SentinelPlan withSentinelAccess(ServerAccess other) {
    return new SentinelPlan(data, other, replicas, sentinels, downAfter, failoverTimeout, pace);
  }

  SentinelPlan withReplicas(int count) {
    return new SentinelPlan(
        data, sentinelAccess, count, sentinels, downAfter, failoverTimeout, pace);
  }

  SentinelPlan withSentinels(int count) {
    return new SentinelPlan(
        data, sentinelAccess, replicas, count, downAfter, failoverTimeout, pace);
  }

  SentinelPlan withDownAfter(Duration silence) {
    return new SentinelPlan(
        data, sentinelAccess, replicas, sentinels, silence, failoverTimeout, pace);
  }

  SentinelPlan withFailoverTimeout(Duration timeout) {
    return new SentinelPlan(data, sentinelAccess, replicas, sentinels, downAfter, timeout, pace);
  }

  SentinelPlan withPace(Pace other) {
    return new SentinelPlan(
        data, sentinelAccess, replicas, sentinels, downAfter, failoverTimeout, other);
  }

  EmbeddedSentinel start() {
    if (replicas < 0 || sentinels < 1) {
      throw new IllegalArgumentException(
          "%d replicas and %d Sentinels: at least 0 and 1 are needed"
              .formatted(replicas, sentinels));
    }
    var nodes = new ArrayList<EmbeddedRedis>();
    var watchers = new ArrayList<EmbeddedRedis>();
    try {
      startNodes(nodes);
      for (int i = 0; i < sentinels; i++) {
        watchers.add(startSentinel(nodes.getFirst().port()));
      }
      var all = new EmbeddedSentinel(this, nodes, watchers);
      all.introduce();
      all.awaitHealthy(START_TIMEOUT);
      return all;
    } catch (RuntimeException e) {
      watchers.forEach(EmbeddedRedis::close);
      nodes.forEach(EmbeddedRedis::close);
      throw e;
    }
  }

  private void startNodes(List<EmbeddedRedis> nodes) {
    nodes.add(data.start(ServerMode.REPLICATED, List.of()));
    var master = Integer.toString(nodes.getFirst().port());
    var following = List.of(List.of("replicaof", Ports.LOOPBACK, master));
    for (int i = 0; i < replicas; i++) {
      nodes.add(data.start(ServerMode.REPLICATED, following));
    }
    // A Sentinel asks the master for its replicas when it starts, and then every 10 s only.
    Polling.until(
        "replicas",
        START_TIMEOUT,
        () ->
            nodes.stream()
                .skip(1)
                .flatMap(node -> Replication.obstacle(node, nodes.getFirst().port()).stream())
                .findFirst());
  }

  private EmbeddedRedis startSentinel(int master) {
    var builder = EmbeddedRedis.builder().mode(ServerMode.SENTINEL).access(sentinelAccess);
    if (data.executable() != null) {
      builder.executable(data.executable());
    }
    var quorum = Integer.toString(sentinels / 2 + 1);
    builder.config(
        "sentinel", "monitor", service(), Ports.LOOPBACK, Integer.toString(master), quorum);
    builder.config(
        "sentinel", "down-after-milliseconds", service(), Long.toString(downAfter.toMillis()));
    builder.config(
        "sentinel", "failover-timeout", service(), Long.toString(failoverTimeout.toMillis()));
    if (data.access().password() != null) {
      builder.config("sentinel", "auth-pass", service(), data.access().password());
    }
    if (sentinelAccess.password() != null) {
      builder.config("sentinel", "sentinel-pass", sentinelAccess.password());
    }
    return builder.start();
  }
}
