// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.config.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which node of a Cluster serves which slot, as one of its nodes told. Immutable. */
final class SlotMap {

  /** Nothing is known. */
  static final SlotMap NONE = new SlotMap(new Node[Slot.COUNT], Set.of());

  private final @Nullable Node[] owners;
  private final Set<Node> replicas;

  private SlotMap(@Nullable Node[] owners, Set<Node> replicas) {
    this.owners = owners;
    this.replicas = replicas;
  }

  /**
   * Reads the reply to {@code CLUSTER SLOTS}: for each range its first and last slot, then its
   * master, then its replicas. A node without a host is on that of whoever was asked.
   */
  static SlotMap read(@Nullable Object reply, Node asked) {
    var owners = new @Nullable Node[Slot.COUNT];
    var replicas = new LinkedHashSet<Node>();
    for (var each : Reply.list(reply)) {
      var range = Reply.list(each);
      var first = Math.toIntExact(Reply.number(range.get(0)));
      var last = Math.toIntExact(Reply.number(range.get(1)));
      for (int i = 2; i < range.size(); i++) {
        var node = node(range.get(i), asked);
        if (i == 2) {
          Arrays.fill(owners, first, last + 1, node);
        } else {
          replicas.add(node);
        }
      }
    }
    return new SlotMap(owners, replicas);
  }

  private static Node node(@Nullable Object reply, Node asked) {
    var parts = Reply.list(reply);
    return of(
        Reply.maybeText(parts.get(0)).orElse(""),
        Math.toIntExact(Reply.number(parts.get(1))),
        asked);
  }

  /** A node as a reply names it: without a host it is on that of whoever answered. */
  static Node of(String host, int port, Node asked) {
    return new Node(host.isEmpty() || host.equals("?") ? asked.host() : host, port);
  }

  Optional<Node> owner(int slot) {
    return Optional.ofNullable(owners[slot]);
  }

  /** The same, but for one slot. */
  SlotMap with(int slot, Node owner) {
    var copy = owners.clone();
    copy[slot] = owner;
    return new SlotMap(copy, replicas);
  }

  /** All masters that serve a slot. */
  List<Node> masters() {
    return Arrays.stream(owners).filter(Objects::nonNull).distinct().toList();
  }

  /** All nodes, masters first. */
  List<Node> nodes() {
    var all = new ArrayList<>(masters());
    all.addAll(replicas);
    return all;
  }
}
