// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.config.Node;
import java.util.List;

/**
 * Knows which node serves a stream now. Thread-safe.
 *
 * <p>Every key of a stream and its groups lies in one slot, so that a connection is for one stream
 * and goes to one node. When that node is no longer the right one the connection is closed, and its
 * owner opens another: there is no other way to follow a failover or a moved slot.
 */
sealed interface Topology extends AutoCloseable permits SingleNode, SentinelMaster, ClusterSlots {

  /**
   * The node that serves that stream.
   *
   * @throws io.millhand.error.UnavailableException when nobody can say, or nobody serves it
   */
  Node locate(String stream);

  /** All nodes that serve streams, as far as is known. */
  List<Node> masters();

  /** That node could not be reached, or is not what it was: what is known is asked anew. */
  void doubt(Node node);

  /** A node refused a command and named another: {@code MOVED slot host:port}. */
  void moved(Node from, String reply);

  /** A connection begins; it is closed under its owner when its node serves its stream no more. */
  void opened(Wire wire);

  /** It ended. */
  void closed(Wire wire);

  /** Whether a stream may be served by another node later. */
  boolean canMove();

  /** Ends what it keeps open. */
  @Override
  void close();
}
