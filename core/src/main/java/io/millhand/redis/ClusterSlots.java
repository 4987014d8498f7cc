// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.config.Node;
import io.millhand.config.RedisSettings;
import io.millhand.config.Target;
import io.millhand.error.DeniedException;
import io.millhand.error.MillhandException;
import io.millhand.error.UnavailableException;
import io.millhand.error.UnavailableException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes of a Cluster and their slots. The map is asked for when it is needed, and anew when a
 * node is in doubt, keeps somebody waiting, or named another; where nothing happens, once a minute.
 *
 * <p>Threads: any; one of its own, once a connection was opened.
 *
 * <p>Failure: while no node answers, the map that is known is gone on with.
 */
final class ClusterSlots implements Topology {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.topology");
  private static final Pattern MOVED = Pattern.compile("MOVED (\\d{1,5}) (.*):(\\d{1,5})");
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final long SETTLED_NANOS = 1_000_000_000;
  private static final long LEAST_NANOS = 100_000_000;
  private static final long MOST_NANOS = 60_000_000_000L;

  private final RedisSettings settings;
  private final Target.Cluster target;
  private final OpenWires wires = new OpenWires();
  private final Watch watch;
  private final ReentrantLock asking = new ReentrantLock();

  /** Written by {@link #learn}. */
  private volatile SlotMap map = SlotMap.NONE;

  /** Whether the map may be old. */
  private volatile boolean doubtful = true;

  /** Asked last, since it did not answer lately. */
  private volatile @Nullable Node suspect;

  /** Asked first, since another node named it. */
  private volatile @Nullable Node hinted;

  /** When the watch asks at the latest; a node that names another has just begun to know. */
  private volatile long lookAt = System.nanoTime();

  /** When the map was last asked for. Guarded by the lock. */
  private long askedAt = System.nanoTime() - MOST_NANOS;

  /** The connection that is asked. Guarded by the lock. */
  private @Nullable Wire informant;

  ClusterSlots(RedisSettings settings, Target.Cluster target) {
    this.settings = settings;
    this.target = target;
    this.watch = new Watch(target.nodes().get(0).toString(), LOOK_EVERY, this::look);
  }

  @Override
  public Node locate(String stream) {
    if (doubtful) {
      refresh();
    }
    var slot = Slot.of(stream);
    return map.owner(slot)
        .orElseThrow(
            () -> {
              doubtful = true;
              return new UnavailableException(
                  Reason.CLUSTER,
                  "%s: no node of the Cluster serves slot %d, where the stream %s lies. See CLUSTER INFO."
                      .formatted(settings.address(), slot, stream),
                  null);
            });
  }

  @Override
  public List<Node> masters() {
    if (doubtful) {
      refresh();
    }
    return map.masters();
  }

  private void look() {
    if (wires.anyWaitsFor(PATIENCE)) {
      wires.slowest().ifPresent(this::doubt);
    }
    if (doubtful || System.nanoTime() - lookAt > 0) {
      refresh();
    }
  }

  private void refresh() {
    asking.lock();
    try {
      if (System.nanoTime() - askedAt < LEAST_NANOS) {
        // Somebody else has just asked.
        return;
      }
      var answer = ask();
      askedAt = System.nanoTime();
      lookAt = askedAt + MOST_NANOS;
      doubtful = false;
      hinted = null;
      if (answer != null) {
        accept(answer);
      }
    } finally {
      asking.unlock();
    }
  }

  private void accept(SlotMap answer) {
    learn(known -> answer);
    var moved = wires.abort(wire -> !serves(answer, wire));
    if (moved > 0) {
      log.info("{}: slots have moved; {} connections follow", settings.address(), moved);
    }
  }

  private synchronized void learn(UnaryOperator<SlotMap> change) {
    map = change.apply(map);
  }

  private static boolean serves(SlotMap map, Wire wire) {
    return wire.stream().isEmpty()
        ? map.nodes().contains(wire.node())
        : map.owner(Slot.of(wire.stream())).filter(wire.node()::equals).isPresent();
  }

  /** The map of the first node that has one; nothing where none answers and one is known. */
  private @Nullable SlotMap ask() {
    @Nullable MillhandException first = null;
    for (var node : candidates()) {
      try {
        var answer = SlotMap.read(informant(node).call(Verb.CLUSTER, "SLOTS"), node);
        if (!answer.masters().isEmpty()) {
          return answer;
        }
      } catch (MillhandException e) {
        closeInformant();
        if (first == null || e instanceof DeniedException) {
          first = e;
        }
      }
    }
    if (map != SlotMap.NONE) {
      log.debug("{}: no node tells its slots", settings.address(), first);
      return null;
    }
    if (first != null) {
      throw first;
    }
    throw new UnavailableException(
        Reason.CLUSTER,
        "%s: no node of the Cluster serves a slot. See CLUSTER INFO.".formatted(settings.address()),
        null);
  }

  private List<Node> candidates() {
    var order = new LinkedHashSet<Node>();
    var first = hinted;
    if (first != null) {
      order.add(first);
    }
    if (informant != null && !informant.isBroken()) {
      order.add(informant.node());
    }
    var others = new ArrayList<>(map.masters());
    Collections.shuffle(others);
    order.addAll(others);
    order.addAll(map.nodes());
    order.addAll(target.nodes());
    var last = suspect;
    if (last != null && order.remove(last)) {
      order.add(last);
    }
    return List.copyOf(order);
  }

  private Wire informant(Node node) {
    var open = informant;
    if (open != null && open.node().equals(node) && !open.isBroken()) {
      return open;
    }
    closeInformant();
    open = Wire.open(brief(node), new SingleNode(node), "", "cluster");
    informant = open;
    return open;
  }

  private RedisSettings brief(Node node) {
    return new RedisSettings(
        new Target.Single(node),
        0,
        settings.tls(),
        settings.credentials(),
        Shorter.of(settings.connectTimeout(), PATIENCE),
        Shorter.of(settings.commandTimeout(), PATIENCE));
  }

  private void closeInformant() {
    if (informant != null) {
      informant.close();
      informant = null;
    }
  }

  @Override
  public void doubt(Node node) {
    suspect = node;
    doubtful = true;
  }

  @Override
  public void moved(Node from, String reply) {
    var parts = MOVED.matcher(reply);
    if (!parts.lookingAt()) {
      doubtful = true;
      return;
    }
    var owner = SlotMap.of(parts.group(2), Integer.parseInt(parts.group(3)), from);
    var slot = Integer.parseInt(parts.group(1));
    learn(known -> known.with(slot, owner));
    hinted = owner;
    lookAt = System.nanoTime() + SETTLED_NANOS;
  }

  @Override
  public void opened(Wire wire) {
    wires.add(wire);
    // The slot may have moved since it was told where to go: it asked for its password first.
    if (!serves(map, wire)) {
      wires.abort(wire::equals);
    }
    watch.start();
  }

  @Override
  public void closed(Wire wire) {
    wires.remove(wire);
  }

  @Override
  public boolean canMove() {
    return true;
  }

  @Override
  public void close() {
    watch.close();
    asking.lock();
    try {
      closeInformant();
    } finally {
      asking.unlock();
    }
  }
}
