// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.config.Node;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The connections that are open, so that those to a node which no longer serves their stream can be
 * closed under whoever waits on them: a node that has frozen would hold them until their time-out.
 * Thread-safe.
 */
final class OpenWires {

  private final Set<Wire> wires = ConcurrentHashMap.newKeySet();

  void add(Wire wire) {
    wires.add(wire);
  }

  void remove(Wire wire) {
    wires.remove(wire);
  }

  /** Closes those that fit under their owners, who open others. */
  int abort(Predicate<Wire> stale) {
    var all = wires.stream().filter(stale).toList();
    all.forEach(wires::remove);
    all.forEach(Wire::abort);
    return all.size();
  }

  /** Whether the node of any has not answered for that long where it should have. */
  boolean anyWaitsFor(Duration overdue) {
    return wires.stream().anyMatch(wire -> wire.overdueNanos() > overdue.toNanos());
  }

  /** The node that keeps one waiting for longest. */
  Optional<Node> slowest() {
    return wires.stream()
        .filter(wire -> wire.overdueNanos() > 0)
        .max(Comparator.comparingLong(Wire::overdueNanos))
        .map(Wire::node);
  }
}
