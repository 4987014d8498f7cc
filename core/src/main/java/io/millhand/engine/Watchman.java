// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.redis.WorkerCommands.Peer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Judges which workers are dead from what is seen of them again and again. All times are the
 * observer's nanoTime. Pure but for its memory.
 *
 * <p>Threads: its observer alone.
 */
final class Watchman {

  private final Duration reconnectGrace;
  private final Map<String, Seen> seen = new HashMap<>();

  Watchman(Duration reconnectGrace) {
    this.reconnectGrace = reconnectGrace;
  }

  /**
   * What was seen of one worker.
   *
   * @param peer counter and registration, byte for byte
   * @param since when these were first seen
   * @param missingSince when its connection was first missed, without a break since
   */
  private record Seen(Peer peer, long since, Optional<Long> missingSince) {}

  /**
   * One look.
   *
   * @param at when
   * @param runId the run of the server that was asked
   * @param uptime how long that run has been up
   * @param connected which of the registered connections exist; empty where we may not know
   */
  record Look(
      long at, Optional<String> runId, Optional<Duration> uptime, Optional<Set<Long>> connected) {}

  /**
   * A judgement.
   *
   * @param peer whom it is about, as judged
   * @param why by which sign
   */
  record Dead(Peer peer, String why) {}

  /** Forgets everything: the observer's own view had a gap. */
  void forget() {
    seen.clear();
  }

  /** Learns from a look at all others; answers who is dead. */
  List<Dead> observe(List<Peer> peers, Look look) {
    seen.keySet().retainAll(peers.stream().map(Peer::consumer).toList());
    return peers.stream().flatMap(peer -> observe(peer, look).stream()).toList();
  }

  private Optional<Dead> observe(Peer peer, Look look) {
    var before = seen.get(peer.consumer());
    var since = before != null && before.peer().equals(peer) ? before.since() : look.at();
    var same = before != null && before.peer().equals(peer);
    Optional<Long> missingSince = Optional.empty();
    if (isMissing(peer, look)) {
      // A new registration has a new connection: what was missed before was another.
      var earlier = same && before != null ? before.missingSince() : Optional.<Long>empty();
      missingSince = Optional.of(earlier.orElse(look.at()));
    }
    var now = new Seen(peer, since, missingSince);
    seen.put(peer.consumer(), now);
    if (!same) {
      return Optional.empty();
    }
    var lease = peer.registration().lease();
    if (look.at() - now.since() >= lease.toNanos()) {
      return Optional.of(new Dead(peer, "no heartbeat for its lease of " + Words.time(lease)));
    }
    return missingSince
        .filter(missed -> look.at() - missed >= reconnectGrace.toNanos())
        .map(
            missed ->
                new Dead(peer, "its connection has been gone for " + Words.time(reconnectGrace)));
  }

  /**
   * Only the run of the server that it registered can tell, once every living worker had time to
   * come back to it.
   */
  private static boolean isMissing(Peer peer, Look look) {
    var registration = peer.registration();
    return look.connected().isPresent()
        && registration.clientId().isPresent()
        && registration.runId().isPresent()
        && registration.runId().equals(look.runId())
        && look.uptime().filter(up -> up.compareTo(registration.lease()) > 0).isPresent()
        && !look.connected().get().contains(registration.clientId().get());
  }
}
