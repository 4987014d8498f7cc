// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.util.List;
import java.util.Optional;

/** What a node says about itself and the whole of its cluster. */
final class ClusterState {

  private static final List<String> HEALTHY =
      List.of(
          "cluster_state:ok",
          "cluster_slots_assigned:" + EmbeddedCluster.SLOTS,
          "cluster_slots_ok:" + EmbeddedCluster.SLOTS);

  private ClusterState() {}

  /** Why this node is not well, if so. */
  static Optional<String> obstacle(EmbeddedRedis node) {
    var lines = String.valueOf(node.command("CLUSTER", "INFO")).lines().toList();
    return HEALTHY.stream()
        .filter(line -> !lines.contains(line))
        .findFirst()
        .map(line -> "port %d does not say %s".formatted(node.port(), line))
        .or(() -> notInStep(node));
  }

  private static Optional<String> notInStep(EmbeddedRedis node) {
    return "down".equals(node.info("master_link_status"))
        ? Optional.of("the replica on port %d is not in step".formatted(node.port()))
        : Optional.empty();
  }
}
