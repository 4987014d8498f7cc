// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What one node of a cluster says of all of them: its {@code CLUSTER NODES}. */
record ClusterView(List<Peer> peers) {

  /**
   * A node as another, or it itself, sees it.
   *
   * @param flags such as {@code myself}, {@code master}, {@code slave}, {@code fail?}, {@code
   *     fail}, {@code handshake}
   * @param following the id of its master, "-" if it has none
   * @param isLinked whether the node that was asked has a connection with it
   */
  record Peer(
      String id, int port, Set<String> flags, String following, boolean isLinked, BitSet slots) {

    boolean isMaster() {
      return flags.contains("master");
    }

    boolean isFine() {
      return (isLinked || flags.contains("myself"))
          && !flags.contains("fail")
          && !flags.contains("fail?")
          && !flags.contains("handshake");
    }
  }

  static ClusterView of(EmbeddedRedis node) {
    var text = String.valueOf(node.command("CLUSTER", "NODES"));
    return new ClusterView(text.lines().map(ClusterView::peer).toList());
  }

  /** "id ip:port@bus flags master ping pong epoch link slot slot-slot [slot->-id]". */
  private static Peer peer(String line) {
    var words = List.of(line.split(" ", -1));
    var address = words.get(1);
    var port = address.substring(address.lastIndexOf(':') + 1, address.indexOf('@'));
    var slots = new BitSet(EmbeddedCluster.SLOTS);
    words.stream().skip(8).filter(word -> !word.startsWith("[")).forEach(word -> add(word, slots));
    return new Peer(
        words.get(0),
        Integer.parseInt(port),
        new HashSet<>(List.of(words.get(2).split(",", -1))),
        words.get(3),
        words.get(7).equals("connected"),
        slots);
  }

  private static void add(String range, BitSet slots) {
    if (!range.isEmpty()) {
      var dash = range.indexOf('-');
      var first = dash < 0 ? range : range.substring(0, dash);
      slots.set(Integer.parseInt(first), Integer.parseInt(range.substring(dash + 1)) + 1);
    }
  }

  Optional<Peer> at(int port) {
    return peers.stream().filter(peer -> peer.port() == port).findFirst();
  }

  Optional<Peer> owner(int slot) {
    return peers.stream().filter(peer -> peer.slots().get(slot)).findFirst();
  }

  List<Peer> replicasOf(Peer master) {
    return peers.stream().filter(peer -> peer.following().equals(master.id())).toList();
  }

  /** Who has which slots: where two nodes agree on this, they lead clients to the same places. */
  Map<String, BitSet> ownership() {
    var owned = new TreeMap<String, BitSet>();
    peers.stream()
        .filter(peer -> !peer.slots().isEmpty())
        .forEach(peer -> owned.put(peer.id(), peer.slots()));
    return owned;
  }

  /** Who follows whom, of the nodes that are well. */
  Map<String, String> following() {
    return peers.stream()
        .filter(Peer::isFine)
        .collect(Collectors.toMap(Peer::id, Peer::following, (one, other) -> one));
  }
}
