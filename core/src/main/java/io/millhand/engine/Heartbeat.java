// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.delivery.EntryId;
import io.millhand.engine.Loop.Turn;
import io.millhand.error.NoGroupException;
import io.millhand.error.RefusedException;
import io.millhand.error.UnavailableException;
import io.millhand.event.Event;
import io.millhand.redis.ReadCommands.PendingId;
import io.millhand.redis.Registration;
import io.millhand.redis.WorkerCommands;
import io.millhand.redis.WorkerCommands.Registered;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that the worker lives, and shuts the fence while others may think that it does not.
 *
 * <p>Threads: its own loop; {@link #register} first on the thread that starts the worker.
 *
 * <p>Owns: the registration, and the connection that is registered.
 *
 * <p>Promise: the fence is open only while the worker is registered, its heartbeat is confirmed,
 * and it knows what it owns.
 *
 * <p>Failure: whatever fails shuts the fence; the loop tries again, registers anew, and drops what
 * has gone to others.
 */
final class Heartbeat {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.heartbeat");

  private final Connected<WorkerCommands> redis;
  private final Template template;
  private final Fence fence;
  private final InFlight inFlight;
  private final Dispatcher dispatcher;
  private final Suspects suspects;
  private final DuePoll duePoll;
  private final Ticket ticket;
  private final Pauses pauses;
  private final ServerClock clock;
  private final Events events;
  private final Signal signal;
  private final Duration every;
  private final Optional<Duration> renewEvery;

  private boolean registered;
  private boolean everRegistered;
  private long epoch;
  private long generation;
  private long nextBeat = System.nanoTime();
  private long nextRenewal = System.nanoTime();

  /** Makes a registration for a connection. */
  @FunctionalInterface
  interface Template {
    Registration of(WorkerCommands commands, Optional<EntryId> suspect);
  }

  Heartbeat(
      Connected<WorkerCommands> redis,
      Template template,
      Fence fence,
      InFlight inFlight,
      Dispatcher dispatcher,
      Suspects suspects,
      DuePoll duePoll,
      Ticket ticket,
      Pauses pauses,
      ServerClock clock,
      Events events,
      Signal signal,
      Duration every,
      Optional<Duration> renewEvery) {
    this.redis = redis;
    this.template = template;
    this.fence = fence;
    this.inFlight = inFlight;
    this.dispatcher = dispatcher;
    this.suspects = suspects;
    this.duePoll = duePoll;
    this.ticket = ticket;
    this.pauses = pauses;
    this.clock = clock;
    this.events = events;
    this.signal = signal;
    this.every = every;
    this.renewEvery = renewEvery;
  }

  /** Registers; answers with what stood in the way, if anything. */
  Registered register() {
    var commands = redis.get();
    generation = redis.generation();
    var suspect = Optional.ofNullable(suspects.running()).map(Held::id);
    var sentAt = System.nanoTime();
    var result = commands.register(template.of(commands, suspect));
    if (result instanceof Registered.Ok ok) {
      if (everRegistered) {
        learnEpoch(ok.epoch());
        disown(commands);
      }
      epoch = ok.epoch();
      pauses.ofGroup(ok.paused());
      registered = true;
      everRegistered = true;
      fence.confirm(sentAt);
      fence.open();
      events.emit(new Event.Registered(events.by));
    }
    return result;
  }

  /** One turn. */
  Turn step() throws InterruptedException {
    try {
      beat();
    } catch (RuntimeException e) {
      ticket.lose();
      if (!(e instanceof UnavailableException) || redis.isBroken()) {
        shut("its connection broke: " + e.getMessage());
      }
      // Else Redis is there and refuses for now: the fence shuts by itself when that takes long.
      throw e;
    }
    dispatcher.wake();
    nextBeat += every.toNanos();
    var now = System.nanoTime();
    if (nextBeat - now < 0) {
      nextBeat = now;
    }
    signal.await(Math.max(1, nextBeat - now));
    return Turn.ASKED;
  }

  private void beat() {
    var commands = redis.get();
    if (redis.generation() != generation || !registered) {
      if (registered) {
        shut("its connection was replaced");
      }
      reregister();
      return;
    }
    var sentAt = System.nanoTime();
    var late = !fence.isFresh(sentAt);
    var answer = commands.beat(every.multipliedBy(2));
    if (!answer.registered()) {
      shut("it was taken for dead, or its registration was lost");
      reregister();
      return;
    }
    clock.learn(answer.time(), sentAt, System.nanoTime());
    if (late) {
      ticket.gap();
      shut("its heartbeat came late");
      learnEpoch(answer.epoch());
      disown(commands);
      registered = true;
    }
    learnEpoch(answer.epoch());
    pauses.ofGroup(answer.paused());
    fence.confirm(sentAt);
    fence.open();
    if (late) {
      log.info("{}: is still registered", events.by);
      events.emit(new Event.Registered(events.by));
    }
    duePoll.workers(answer.workers());
    ticket.update(answer.keeps(), sentAt + every.toNanos() * 2);
    renew(commands);
  }

  private void reregister() {
    ticket.gap();
    switch (register()) {
      case Registered.Ok ok -> log.info("{}: registered again", events.by);
      case Registered.Taken taken ->
          throw new RefusedException(
              "%s: another process runs under this consumer name (%s, pid %d). This one handles nothing until that has gone."
                  .formatted(
                      events.by,
                      taken.seen().registration().host(),
                      taken.seen().registration().pid()));
      case Registered.Clash clash -> throw Registrar.clash(events.by.toString(), clash);
    }
  }

  private void shut(String why) {
    if (registered) {
      log.warn(
          "{}: {} It starts no handler until it is registered and knows what it still owns.",
          events.by,
          Words.sentence(why));
      events.emit(new Event.FencedOff(events.by, why));
    }
    registered = false;
    fence.shut();
  }

  /**
   * Drops what has gone to others; those that run are told by their delivery. What nobody owns any
   * more was settled by another, unless the group has been made anew since: then we may hold the
   * only delivery, and handle it.
   */
  private void disown(WorkerCommands commands) {
    List<EntryId> lost = new ArrayList<>();
    try {
      var held = unsettled();
      var owners = commands.owners(held.stream().map(Held::id).toList());
      for (var each : held) {
        var owner = owners.get(each.id());
        var gone = owner == null ? !each.hasOutlivedGroup() : !owner.equals(events.by.consumer());
        if (gone && isUnsettled(each)) {
          each.disown();
          lost.add(each.id());
        }
      }
    } catch (NoGroupException e) {
      // Nobody else can own them: what we hold may be all that is left, so it is handled.
      return;
    }
    if (!lost.isEmpty()) {
      dispatcher.dropDisowned();
      log.warn(
          "{}: {} gone to others in the meantime",
          events.by,
          Words.count(lost.size(), "entry has", "entries have"));
      events.emit(new Event.Disowned(events.by, lost));
    }
  }

  /** A group that was made anew knows nothing of what we hold. */
  private void learnEpoch(long current) {
    if (current != epoch) {
      unsettled().forEach(Held::outliveGroup);
      epoch = current;
    }
  }

  private List<Held> unsettled() {
    return inFlight.all().stream().filter(Heartbeat::isUnsettled).toList();
  }

  private static boolean isUnsettled(Held held) {
    return held.stage() == Held.Stage.WAITING || held.stage() == Held.Stage.RUNNING;
  }

  private void renew(WorkerCommands commands) {
    if (renewEvery.isEmpty() || System.nanoTime() - nextRenewal < 0) {
      return;
    }
    nextRenewal = System.nanoTime() + renewEvery.get().toNanos();
    var held =
        unsettled().stream()
            .map(each -> new PendingId(each.id(), each.arrival.count().deliveries()))
            .toList();
    if (!held.isEmpty()) {
      commands.renew(held);
    }
  }
}
