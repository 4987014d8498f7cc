// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one Sentinel says about the service: its master, and the replicas and other Sentinels that
 * it knows, by their ports.
 */
record SentinelView(Peer master, Map<Integer, Peer> replicas, Map<Integer, Peer> sentinels) {

  /** A server as the Sentinel sees it: the fields of its reply. */
  record Peer(Map<String, String> fields) {

    int port() {
      return Integer.parseInt(fields.getOrDefault("port", "0"));
    }

    /** Such as {@code slave,s_down,disconnected}. */
    String flags() {
      return fields.getOrDefault("flags", "");
    }

    boolean isFine() {
      return !flags().contains("down")
          && !flags().contains("disconnected")
          && !flags().contains("failover")
          && fields.getOrDefault("master-link-status", "ok").equals("ok");
    }
  }

  static SentinelView of(EmbeddedRedis sentinel, String service) {
    try (var probe = sentinel.probe()) {
      return new SentinelView(
          peer(probe.command("SENTINEL", "MASTER", service)),
          peers(probe.command("SENTINEL", "REPLICAS", service)),
          peers(probe.command("SENTINEL", "SENTINELS", service)));
    }
  }

  private static Map<Integer, Peer> peers(@Nullable Object reply) {
    return RedisProbe.list(reply).stream()
        .map(SentinelView::peer)
        .collect(Collectors.toMap(Peer::port, peer -> peer, (one, other) -> other));
  }

  private static Peer peer(@Nullable Object reply) {
    var words = RedisProbe.list(reply);
    var fields = new HashMap<String, String>();
    for (int i = 0; i + 1 < words.size(); i += 2) {
      fields.put(String.valueOf(words.get(i)), String.valueOf(words.get(i + 1)));
    }
    return new Peer(Map.copyOf(fields));
  }

  /** Why a failover cannot be asked of this Sentinel now, if so. */
  Optional<String> obstacle(int masterPort, List<Integer> replicaPorts, List<Integer> peerPorts) {
    if (master.port() != masterPort || !master.isFine()) {
      return Optional.of("master on port %d is %s".formatted(master.port(), master.flags()));
    }
    return missing("replica", replicas, replicaPorts)
        .or(() -> missing("Sentinel", sentinels, peerPorts));
  }

  private static Optional<String> missing(
      String kind, Map<Integer, Peer> known, List<Integer> wanted) {
    return wanted.stream()
        .filter(port -> !known.containsKey(port) || !known.get(port).isFine())
        .findFirst()
        .map(
            port ->
                "%s on port %d is %s"
                    .formatted(
                        kind, port, known.containsKey(port) ? known.get(port).flags() : "unknown"));
  }
}
