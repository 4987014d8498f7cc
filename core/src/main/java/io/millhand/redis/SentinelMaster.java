// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.config.Node;
import io.millhand.config.RedisSettings;
import io.millhand.config.Target;
import io.millhand.error.DeniedException;
import io.millhand.error.MillhandException;
import io.millhand.error.RefusedException;
import io.millhand.error.UnavailableException;
import io.millhand.error.UnavailableException.Reason;
import io.millhand.redis.SentinelConnection.Named;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The master that Sentinels name: it serves everything until they name another.
 *
 * <p>One of them is asked once a second, each in its turn. While the master is in doubt, or keeps
 * somebody waiting, all of them are, four times a second; the answer with the highest configuration
 * epoch holds: a Sentinel that is cut off with the old master goes on to name that. Asking is
 * enough: whoever listens to {@code +switch-master} alone must ask all the same, since a half-open
 * connection brings nothing.
 *
 * <p>Threads: any; one of its own, once a connection was opened.
 *
 * <p>Failure: while no Sentinel answers, the master that is known is gone on with, which is told
 * once.
 */
final class SentinelMaster implements Topology {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.topology");
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);
  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final long CALM_NANOS = 1_000_000_000;

  private final Target.Sentinels target;
  private final List<SentinelConnection> sentinels;
  private final OpenWires wires = new OpenWires();
  private final Watch watch;
  private final ReentrantLock asking = new ReentrantLock();

  /** Written under the lock. */
  private volatile @Nullable Named current;

  private volatile boolean doubtful = true;

  /** Whose turn it is. Guarded by the lock. */
  private int turn;

  /** When it was last asked. Guarded by the lock. */
  private long askedAt = System.nanoTime();

  /** Whether it was told that no Sentinel answers. Guarded by the lock. */
  private boolean toldBlind;

  SentinelMaster(RedisSettings settings, Target.Sentinels target) {
    this.target = target;
    this.sentinels =
        target.nodes().stream()
            .map(node -> new SentinelConnection(settings, target, node))
            .toList();
    this.watch = new Watch(target.service(), LOOK_EVERY, this::look);
  }

  @Override
  public Node locate(String stream) {
    return master();
  }

  @Override
  public List<Node> masters() {
    return List.of(master());
  }

  private Node master() {
    var known = current;
    if (known != null && !doubtful) {
      return known.node();
    }
    asking.lock();
    try {
      askAll();
    } finally {
      asking.unlock();
    }
    known = current;
    if (known == null) {
      throw new IllegalStateException("asking throws where no master is named");
    }
    return known.node();
  }

  /** A look of the watch: one Sentinel in its turn, or all where that is not enough. */
  private void look() {
    asking.lock();
    try {
      if (doubtful || wires.anyWaitsFor(PATIENCE)) {
        askAll();
        return;
      }
      if (System.nanoTime() - askedAt < CALM_NANOS) {
        return;
      }
      askedAt = System.nanoTime();
      var one = sentinels.get(turn++ % sentinels.size());
      if (!one.isResting()) {
        one.ask().ifPresent(this::heard);
      }
    } catch (UnavailableException | DeniedException e) {
      log.debug("a Sentinel does not answer us", e);
      doubtful = true; // the others are asked next: whether any answers is told
    } finally {
      asking.unlock();
    }
  }

  private void heard(Named named) {
    tellSight();
    var known = current;
    if (known == null || named.epoch() >= known.epoch()) {
      accept(named);
    } else {
      doubtful = true;
    }
  }

  private void askAll() {
    var answers = new ArrayList<Named>();
    var failures = new ArrayList<MillhandException>();
    for (var sentinel : reachable()) {
      try {
        sentinel.ask().ifPresent(answers::add);
      } catch (UnavailableException | DeniedException e) {
        failures.add(e);
      }
    }
    var newest = answers.stream().max(Comparator.comparingLong(Named::epoch));
    if (newest.isEmpty()) {
      blind(failures);
      return;
    }
    tellSight();
    var known = current;
    // Sentinels that were set up anew count their epochs from the beginning: most of them are
    // right.
    if (known == null
        || newest.get().epoch() >= known.epoch()
        || answers.size() > sentinels.size() / 2) {
      accept(newest.get());
    }
    doubtful = false;
  }

  private List<SentinelConnection> reachable() {
    var awake = sentinels.stream().filter(each -> !each.isResting()).toList();
    return awake.isEmpty() ? sentinels : awake;
  }

  private void accept(Named named) {
    var known = current;
    current = named;
    var count = wires.abort(wire -> !wire.node().equals(named.node()));
    if (known != null && !known.node().equals(named.node())) {
      log.info(
          "{}: the Sentinels name {} as the master now, it was {}; {} connections move",
          target.service(),
          named.node(),
          known.node(),
          count);
    }
  }

  private void blind(List<MillhandException> failures) {
    var known = current;
    if (known != null) {
      doubtful = false;
      if (!toldBlind) {
        toldBlind = true;
        log.warn(
            "{}: no Sentinel answers; going on with the master that is known ({}), a failover would not be noticed. {}",
            target.service(),
            known.node(),
            failures.isEmpty() ? "" : failures.get(0).getMessage());
      }
      return;
    }
    for (var failure : failures) {
      if (failure instanceof DeniedException) {
        throw failure;
      }
    }
    if (failures.isEmpty()) {
      throw new RefusedException(
          "the Sentinels %s know no master called %s. Check the name behind the slash of the address, and SENTINEL MASTERS."
              .formatted(target.nodes(), target.service()));
    }
    throw new UnavailableException(
        Reason.NOT_CONNECTED,
        "none of the Sentinels %s answers: %s"
            .formatted(target.nodes(), failures.get(0).getMessage()),
        failures.get(0));
  }

  private void tellSight() {
    if (toldBlind) {
      toldBlind = false;
      log.info("{}: the Sentinels answer again", target.service());
    }
  }

  @Override
  public void doubt(Node node) {
    var known = current;
    if (known == null || known.node().equals(node)) {
      doubtful = true;
    }
  }

  @Override
  public void moved(Node from, String reply) {
    // A node of a Cluster behind Sentinels: there is no such thing, and the error tells.
  }

  @Override
  public void opened(Wire wire) {
    wires.add(wire);
    var known = current;
    // Another may have been named since it was told where to go: it asked for its password first.
    if (known != null && !known.node().equals(wire.node())) {
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
      sentinels.forEach(SentinelConnection::close);
    } finally {
      asking.unlock();
    }
  }
}
