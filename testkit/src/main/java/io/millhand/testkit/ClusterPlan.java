// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The settings of an {@link EmbeddedCluster}, and how it comes up. */
record ClusterPlan(NodePlan data, int masters, int replicasPerMaster, Duration nodeTimeout) {

  static final ClusterPlan DEFAULT = new ClusterPlan(NodePlan.DEFAULT, 3, 1, Duration.ofSeconds(2));

  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

  ClusterPlan withData(NodePlan other) {
    return new ClusterPlan(other, masters, replicasPerMaster, nodeTimeout);
  }

  ClusterPlan withMasters(int count) {
    return new ClusterPlan(data, count, replicasPerMaster, nodeTimeout);
  }

  ClusterPlan withReplicasPerMaster(int count) {
    return new ClusterPlan(data, masters, count, nodeTimeout);
  }

  ClusterPlan withNodeTimeout(Duration timeout) {
    return new ClusterPlan(data, masters, replicasPerMaster, timeout);
  }

  EmbeddedCluster start() {
    if (masters < 1 || replicasPerMaster < 0) {
      throw new IllegalArgumentException(
          "%d masters with %d replicas: at least 1 and 0 are needed"
              .formatted(masters, replicasPerMaster));
    }
    var nodes = new ArrayList<EmbeddedRedis>();
    try {
      for (int i = 0; i < masters * (1 + replicasPerMaster); i++) {
        nodes.add(startNode());
      }
      giveSlots(nodes);
      introduce(nodes);
      giveMasters(nodes);
      var cluster = new EmbeddedCluster(this, nodes);
      cluster.awaitHealthy(START_TIMEOUT);
      return cluster;
    } catch (RuntimeException e) {
      nodes.forEach(EmbeddedRedis::close);
      throw e;
    }
  }

  EmbeddedRedis startNode() {
    return data.start(
        ServerMode.CLUSTER,
        List.of(
            List.of("cluster-enabled", "yes"),
            List.of("cluster-config-file", "nodes.conf"),
            List.of("cluster-node-timeout", Long.toString(nodeTimeout.toMillis()))));
  }

  /** Epochs of their own spare the nodes the rounds in which they would settle on some. */
  private void giveSlots(List<EmbeddedRedis> nodes) {
    for (int i = 0; i < nodes.size(); i++) {
      nodes.get(i).command("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
    }
    for (int i = 0; i < masters; i++) {
      var slots =
          IntStream.range(
                  EmbeddedCluster.SLOTS * i / masters, EmbeddedCluster.SLOTS * (i + 1) / masters)
              .mapToObj(Integer::toString);
      nodes
          .get(i)
          .command(Stream.concat(Stream.of("CLUSTER", "ADDSLOTS"), slots).toArray(String[]::new));
    }
  }

  /** Each with each: gossip would take seconds to do the same. */
  private static void introduce(List<EmbeddedRedis> nodes) {
    for (int i = 0; i < nodes.size(); i++) {
      meet(nodes.get(i), nodes.subList(i + 1, nodes.size()));
    }
    awaitAcquaintance(nodes);
  }

  static void meet(EmbeddedRedis node, List<EmbeddedRedis> others) {
    try (var probe = node.probe()) {
      for (var other : others) {
        probe.command("CLUSTER", "MEET", other.host(), Integer.toString(other.port()));
      }
    }
  }

  static void awaitAcquaintance(List<EmbeddedRedis> nodes) {
    Polling.until(
        "nodes that know each other",
        START_TIMEOUT,
        () -> nodes.stream().flatMap(node -> stranger(node, nodes).stream()).findFirst());
  }

  /** Another node that this one does not know or cannot reach. */
  static Optional<String> stranger(EmbeddedRedis node, List<EmbeddedRedis> nodes) {
    var view = ClusterView.of(node);
    return nodes.stream()
        .filter(other -> view.at(other.port()).filter(ClusterView.Peer::isFine).isEmpty())
        .findFirst()
        .map(other -> "port %d has no good link to port %d".formatted(node.port(), other.port()));
  }

  private void giveMasters(List<EmbeddedRedis> nodes) {
    for (int i = masters; i < nodes.size(); i++) {
      var master = nodes.get(i % masters);
      nodes
          .get(i)
          .command("CLUSTER", "REPLICATE", String.valueOf(master.command("CLUSTER", "MYID")));
    }
  }
}
