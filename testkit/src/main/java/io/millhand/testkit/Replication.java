// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.util.Optional;

/** The link between a replica and its master. */
final class Replication {

  private Replication() {}

  /** Why this node is not a replica in step with the master on that port, if so. */
  static Optional<String> obstacle(EmbeddedRedis node, int masterPort) {
    if (!"slave".equals(node.info("role"))
        || !Integer.toString(masterPort).equals(node.info("master_port"))) {
      return Optional.of(
          "the node on port %d does not follow port %d".formatted(node.port(), masterPort));
    }
    return "up".equals(node.info("master_link_status"))
        ? Optional.empty()
        : Optional.of("the replica on port %d is not in step".formatted(node.port()));
  }
}
