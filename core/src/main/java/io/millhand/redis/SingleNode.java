// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.config.Node;
import java.util.List;

/**
 * One server: it serves everything, always.
 *
 * @param node where it is
 */
record SingleNode(Node node) implements Topology {

  @Override
  public Node locate(String stream) {
    return node;
  }

  @Override
  public List<Node> masters() {
    return List.of(node);
  }

  @Override
  public void doubt(Node unreachable) {
    // There is no other.
  }

  @Override
  public void moved(Node from, String reply) {
    // It is a node of a Cluster, which the error tells.
  }

  @Override
  public void opened(Wire wire) {
    // Nobody else need know.
  }

  @Override
  public void closed(Wire wire) {
    // Nobody else need know.
  }

  @Override
  public boolean canMove() {
    return false;
  }

  @Override
  public void close() {
    // It keeps nothing open.
  }
}
