// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.config.Retention;
import io.millhand.delivery.EntryId;
import io.millhand.engine.Loop.Turn;
import io.millhand.error.NoGroupException;
import io.millhand.event.Event;
import io.millhand.redis.KeeperCommands;
import io.millhand.redis.Keys;
import io.millhand.redis.WorkerCommands.Peer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the group while this worker holds the ticket: finds the dead, hands on what they
 * left, reconciles, stores the safe position, trims and tidies.
 *
 * <p>Threads: its own loop.
 *
 * <p>Owns: what it has observed, and where its walks stand.
 *
 * <p>Promise: whatever it does is checked again by the script that does it; two keepers at once do
 * no harm.
 *
 * <p>Failure: the loop tries again; another worker becomes the keeper when this one dies.
 */
final class Keeper {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.keeper");
  private static final long IDLE_NANOS = 1_000_000_000;
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final Duration GO_ON_AFTER = Duration.ofMillis(5);
  private static final Duration POSITION_EVERY = Duration.ofSeconds(1);
  private static final Duration RECONCILE_EVERY = Duration.ofSeconds(5);
  private static final Duration TIDY_EVERY = Duration.ofSeconds(10);
  private static final Duration LONGEST_FOREIGN_PERIOD = Duration.ofSeconds(15);

  private final Connected<KeeperCommands> redis;
  private final Ticket ticket;
  private final String self;
  private final Terms terms;
  private final Watchman watchman;
  private final Reclaimer reclaimer;
  private final Trimmer trimmer;
  private final Events events;
  private final Signal signal;

  private long generation;
  private long gaps;
  private boolean keeping;
  private boolean toldBlind;
  private boolean goOn;
  private boolean trimming;
  private final Due position = new Due(POSITION_EVERY);
  private final Due reconcile = new Due(RECONCILE_EVERY);
  private final Due trim = new Due(TIDY_EVERY);
  private final Due tidy = new Due(TIDY_EVERY);
  private final Due foreign;
  private final Optional<Due> renewal;
  private @Nullable EntryId reconcileFrom;
  private @Nullable EntryId renewFrom;

  /** Where walks through long pending lists of consumers that are not ours stand. */
  private Map<String, EntryId> foreignWalks = new HashMap<>();

  private String sweepCursor = "0";
  private final ClockWatch clock;

  /** What it goes by. */
  record Terms(
      Duration look,
      Duration reconnectGrace,
      Duration reclaimAfter,
      Retention retention,
      Optional<Duration> sharedWith) {
    static Duration look(Duration reconnectGrace) {
      var quarter = reconnectGrace.dividedBy(4);
      return quarter.compareTo(LOOK_EVERY) < 0 ? quarter : LOOK_EVERY;
    }
  }

  /** A chore and when it is next due. */
  private static final class Due {
    private final long every;
    private long next = System.nanoTime();

    Due(Duration every) {
      this.every = every.toNanos();
    }

    boolean take() {
      var now = System.nanoTime();
      if (now - next < 0) {
        return false;
      }
      next = now + every;
      return true;
    }

    void postpone(Duration wait) {
      next = System.nanoTime() + wait.toNanos();
    }
  }

  Keeper(
      Connected<KeeperCommands> redis,
      Ticket ticket,
      String self,
      Terms terms,
      Events events,
      Signal signal) {
    this.redis = redis;
    this.ticket = ticket;
    this.self = self;
    this.terms = terms;
    this.watchman = new Watchman(terms.reconnectGrace());
    this.reclaimer = new Reclaimer(events);
    this.trimmer = new Trimmer(terms.retention(), events);
    this.clock = new ClockWatch(terms.reclaimAfter());
    this.events = events;
    this.signal = signal;
    this.foreign = new Due(foreignPeriod(terms.reclaimAfter()));
    this.renewal = terms.sharedWith().map(idle -> new Due(idle.dividedBy(4)));
  }

  private static Duration foreignPeriod(Duration reclaimAfter) {
    var quarter = reclaimAfter.dividedBy(4);
    return quarter.compareTo(LONGEST_FOREIGN_PERIOD) < 0 ? quarter : LONGEST_FOREIGN_PERIOD;
  }

  /** One turn. */
  Turn step() throws InterruptedException {
    signal.clear();
    if (!ticket.isHeld()) {
      if (keeping) {
        keeping = false;
        redis.close();
      }
      signal.await(IDLE_NANOS);
      return Turn.IDLE;
    }
    goOn = false;
    try {
      keep(connected());
    } catch (NoGroupException e) {
      // The intake makes it anew; until then there is nothing to look after.
      log.debug("{}: the group is gone", events.by);
    }
    signal.await((goOn ? GO_ON_AFTER : terms.look()).toNanos());
    return Turn.ASKED;
  }

  private KeeperCommands connected() {
    var commands = redis.get();
    var fresh = !keeping || redis.generation() != generation || ticket.gaps() != gaps;
    if (fresh) {
      keeping = true;
      generation = redis.generation();
      gaps = ticket.gaps();
      watchman.forget();
      clock.forget();
      // The first look at consumers that are not ours waits until the clock has been watched for a
      // while.
      foreign.postpone(foreignPeriod(terms.reclaimAfter()));
    }
    return commands;
  }

  private void keep(KeeperCommands commands) {
    var peers = commands.workers();
    judge(commands, peers);
    if (position.take()) {
      commands.storePosition();
    }
    watchClock(commands);
    if (foreign.take()) {
      takeFromForeign(commands, peers);
    }
    if (reconcileFrom != null || reconcile.take()) {
      reconcile(commands);
    }
    if (renewFrom != null || renewal.filter(Due::take).isPresent()) {
      renewDeferred(commands);
    }
    if (trimming || trim.take()) {
      trimming = trimmer.trim(commands) == Trimmer.Progress.MORE;
      goOn |= trimming;
    }
    if (tidy.take()) {
      sweepCursor = commands.sweep(sweepCursor);
    }
  }

  private void judge(KeeperCommands commands, List<Peer> peers) {
    var others = peers.stream().filter(peer -> !peer.consumer().equals(self)).toList();
    if (others.isEmpty()) {
      watchman.forget();
      return;
    }
    var ids = others.stream().flatMap(peer -> peer.registration().clientId().stream()).toList();
    var connected = ids.isEmpty() ? Optional.<Set<Long>>empty() : commands.connected(ids);
    if (connected.isEmpty() && !toldBlind) {
      toldBlind = true;
      log.info(
          "{}: may not list clients, so a dead worker is noticed only after its lease", events.by);
    }
    var look = new Watchman.Look(System.nanoTime(), commands.runId(), commands.uptime(), connected);
    for (var dead : watchman.observe(others, look)) {
      log.warn(
          "{}: the worker {} is dead: {}. What it left is taken over.",
          events.by,
          dead.peer().consumer(),
          dead.why());
      events.emit(new Event.WorkerDied(events.by, dead.peer().consumer(), dead.why()));
      goOn |= reclaimer.bury(commands, dead.peer()) == Reclaimer.Progress.MORE;
    }
  }

  private void watchClock(KeeperCommands commands) {
    var jump = clock.look(commands.serverTime(), System.nanoTime());
    if (jump.isPresent()) {
      log.warn(
          "{}: the clock of Redis jumped by {}; idle times are not trusted for {}",
          events.by,
          jump.get(),
          terms.reclaimAfter());
      events.emit(new Event.ClockJumped(events.by, jump.get()));
      foreign.postpone(terms.reclaimAfter());
    }
  }

  private void takeFromForeign(KeeperCommands commands, List<Peer> peers) {
    var ours = peers.stream().map(Peer::consumer).collect(Collectors.toSet());
    var unfinished = new HashMap<String, EntryId>();
    for (var consumer : commands.consumers()) {
      var name = consumer.name();
      if (consumer.pending() == 0 || ours.contains(name) || name.equals(Keys.DEFERRED_CONSUMER)) {
        continue;
      }
      var from = foreignWalks.getOrDefault(name, EntryId.ZERO);
      var walk = reclaimer.takeFrom(commands, consumer, terms.reclaimAfter(), from);
      if (walk.progress() == Reclaimer.Progress.MORE) {
        unfinished.put(name, walk.next());
      }
    }
    foreignWalks = unfinished;
    if (!unfinished.isEmpty()) {
      goOn = true;
      foreign.postpone(Duration.ZERO);
    }
  }

  /** A deferred entry without a due time would wait for ever. */
  private void reconcile(KeeperCommands commands) {
    if (reconcileFrom == null) {
      var pending =
          commands.consumers().stream()
              .filter(consumer -> consumer.name().equals(Keys.DEFERRED_CONSUMER))
              .mapToLong(KeeperCommands.Consumer::pending)
              .sum();
      if (pending <= commands.deferredCount()) {
        return;
      }
      reconcileFrom = EntryId.ZERO;
    }
    var rows = commands.pendingOf(Keys.DEFERRED_CONSUMER, reconcileFrom);
    var found =
        rows.isEmpty()
            ? 0
            : commands.reconcile(rows.stream().map(KeeperCommands.PendingRow::id).toList());
    if (found > 0) {
      log.warn("{}: {} deferred entries had lost their due time and are due now", events.by, found);
    }
    reconcileFrom = next(rows);
    goOn |= reconcileFrom != null;
  }

  private void renewDeferred(KeeperCommands commands) {
    var rows =
        commands.pendingOf(Keys.DEFERRED_CONSUMER, renewFrom == null ? EntryId.ZERO : renewFrom);
    if (!rows.isEmpty()) {
      commands.renewDeferred(rows);
    }
    renewFrom = next(rows);
    goOn |= renewFrom != null;
  }

  private static @Nullable EntryId next(List<KeeperCommands.PendingRow> rows) {
    return rows.size() < KeeperCommands.PAGE ? null : rows.get(rows.size() - 1).id().next();
  }
}
