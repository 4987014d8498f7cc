// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.error.MillhandException;
import io.millhand.error.RefusedException;
import io.millhand.redis.Identity;
import io.millhand.redis.KeeperCommands;
import io.millhand.redis.Keys;
import io.millhand.redis.RedisStreams;
import io.millhand.redis.WorkerCommands.Peer;
import io.millhand.redis.WorkerCommands.Registered;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets a worker registered under its name when it starts. A name that another run holds is waited
 * for: a container that restarts under its pod's name finds the registration of the one before.
 * When that one turns out dead, what it left is handed on here, since there may be nobody else to
 * do it.
 *
 * <p>Threads: the one that starts the worker.
 */
final class Registrar {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.heartbeat");
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  private final RedisStreams streams;
  private final Keys keys;
  private final Identity identity;
  private final Heartbeat heartbeat;
  private final Duration reconnectGrace;
  private final Patience patience;
  private final Events events;

  /** How long a name is waited for that a living worker has. */
  enum Patience {
    /** For its lease: that long it may seem alive. */
    LEASE,
    /** For as long as it lives: it is about to leave. */
    ENDLESS
  }

  Registrar(
      RedisStreams streams,
      Keys keys,
      Identity identity,
      Heartbeat heartbeat,
      Duration reconnectGrace,
      Patience patience,
      Events events) {
    this.streams = streams;
    this.keys = keys;
    this.identity = identity;
    this.heartbeat = heartbeat;
    this.reconnectGrace = reconnectGrace;
    this.patience = patience;
    this.events = events;
  }

  /** Registers, waiting for the name if it must. */
  void register() {
    switch (heartbeat.register()) {
      case Registered.Ok ok -> {
        // the usual case
      }
      case Registered.Clash clash -> throw clash(events.by.toString(), clash);
      case Registered.Taken taken -> waitForName(taken.seen());
    }
  }

  static MillhandException clash(String by, Registered.Clash clash) {
    return new RefusedException(
        "%s: its keys would be those of %s, which came first. Rename the stream or the group."
            .formatted(by, clash.other()));
  }

  private void waitForName(Peer first) {
    var lease = first.registration().lease();
    log.info(
        "{}: the consumer name is taken by {} (pid {}); waiting up to {} for it",
        events.by,
        first.registration().host(),
        first.registration().pid(),
        lease);
    var watchman = new Watchman(reconnectGrace);
    // A lease counts from when it was first seen, so the judgement falls just after.
    var deadline = System.nanoTime() + lease.plus(LOOK_EVERY.multipliedBy(4)).toNanos();
    try (var keeping = streams.keeping(keys, identity)) {
      watch(watchman, keeping, deadline);
    }
  }

  private void watch(Watchman watchman, KeeperCommands keeping, long deadline) {
    while (heartbeat.register() instanceof Registered.Taken taken) {
      var peer = taken.seen();
      var dead = look(watchman, keeping, peer);
      dead.forEach(each -> takeOver(keeping, each));
      var isOver = patience == Patience.LEASE && System.nanoTime() - deadline > 0;
      if (dead.isEmpty() && isOver) {
        throw new RefusedException(
            "%s: the consumer name is taken by a living worker (%s, pid %d, since %s). Give each worker a name of its own, or none."
                .formatted(
                    events.by,
                    peer.registration().host(),
                    peer.registration().pid(),
                    peer.registration().since()));
      }
      if (dead.isEmpty()) {
        pause();
      }
    }
  }

  private static List<Watchman.Dead> look(Watchman watchman, KeeperCommands keeping, Peer peer) {
    var connected =
        peer.registration()
            .clientId()
            .map(id -> keeping.connected(List.of(id)))
            .orElse(Optional.<Set<Long>>empty());
    return watchman.observe(
        List.of(peer),
        new Watchman.Look(System.nanoTime(), keeping.runId(), keeping.uptime(), connected));
  }

  private void takeOver(KeeperCommands keeping, Watchman.Dead dead) {
    log.warn("{}: the worker that had this name is dead: {}", events.by, dead.why());
    var reclaimer = new Reclaimer(events);
    while (reclaimer.bury(keeping, dead.peer()) == Reclaimer.Progress.MORE) {
      pause();
    }
  }

  private static void pause() {
    try {
      new Signal().await(LOOK_EVERY.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException("interrupted while waiting for a consumer name", e);
    }
  }
}
