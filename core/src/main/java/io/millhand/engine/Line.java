// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.config.Retention;
import io.millhand.config.WorkerSettings;
import io.millhand.delivery.Delivery;
import io.millhand.delivery.EntryId;
import io.millhand.event.DrainReport;
import io.millhand.event.Event;
import io.millhand.event.Event.State;
import io.millhand.event.Health;
import io.millhand.event.Listener;
import io.millhand.redis.Identity;
import io.millhand.redis.Keys;
import io.millhand.redis.RedisStreams;
import io.millhand.redis.Registration;
import io.millhand.redis.SettleCommands.OnceSettled;
import io.millhand.redis.WorkerCommands;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker, whole: wires its parts backwards and stops them forwards.
 *
 * <p>Threads: starts five of its own (intake, settle, heartbeat, keeper, watch) besides those of
 * the handlers; every method may be called from any.
 *
 * <p>Owns: the parts, their connections, and the life cycle.
 *
 * <p>Promise: once it has stopped nothing of it runs but handlers that ignore their interrupt, and
 * what it held is settled, released, or named in the report.
 */
public final class Line {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.worker");
  private static final long REPLY_BYTES = 8 << 20;
  private static final long WATCH_MOST_NANOS = 1_000_000_000;
  private static final long WATCH_LEAST_NANOS = 5_000_000;

  private final WorkerSettings settings;
  private final Events events;
  private final Lifecycle lifecycle;
  private final Fence fence;
  private final InFlight inFlight = new InFlight();
  private final Order order;
  private final Dispatcher dispatcher;
  private final Settler settler;
  private final Intake intake;
  private final Capacity capacity;
  private final Ticket ticket;
  private final Pauses pauses;
  private final Registrar registrar;
  private final Outage outage;

  private final Connections connections;
  private final Loops loops;
  private final Drain drain;

  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicReference<@Nullable DrainReport> report = new AtomicReference<>();

  /**
   * Wires a worker; nothing runs yet.
   *
   * @param streams the way to Redis
   * @param settings checked settings
   * @param identity who it is
   * @param version of this library
   * @param work what it does with entries
   * @param listeners who hears its events
   */
  public Line(
      RedisStreams streams,
      WorkerSettings settings,
      Identity identity,
      String version,
      Work<?> work,
      List<Listener> listeners) {
    this(streams, settings, new Ordering.None(), identity, version, work, listeners);
  }

  /**
   * Wires a worker; nothing runs yet.
   *
   * @param streams the way to Redis
   * @param settings checked settings
   * @param ordering which order it keeps
   * @param identity who it is
   * @param version of this library
   * @param work what it does with entries
   * @param listeners who hears its events
   */
  public Line(
      RedisStreams streams,
      WorkerSettings settings,
      Ordering ordering,
      Identity identity,
      String version,
      Work<?> work,
      List<Listener> listeners) {
    this.settings = settings;
    var source = new Delivery.Source(settings.stream(), settings.group());
    var keys = Keys.of(settings.stream(), settings.group());
    var flow = settings.flow();
    var liveness = settings.liveness();
    var name = source + " " + identity.consumer();
    this.events = new Events(new Event.Worker(source, identity.consumer()), listeners);
    this.lifecycle = new Lifecycle(this::changed);
    this.outage = new Outage(events, log);
    // Others act after the shorter of the two; see Keeper.
    var trusted = liveness.lease().minus(liveness.margin());
    this.fence = new Fence(Math.min(trusted.toNanos(), liveness.reconnectGrace().toNanos()));

    var intakeSignal = new Signal();
    var settleSignal = new Signal();
    var keeperSignal = new Signal();
    var heartbeatSignal = new Signal();
    var home = new Signal();
    this.capacity = new Capacity(flow.maxInFlight(), flow.maxInFlightBytes(), intakeSignal);
    var suspects = new Suspects();
    var duePoll = new DuePoll(ordering instanceof Ordering.None ? DuePoll.SHARED : DuePoll.ALONE);
    var clock = new ServerClock();

    this.connections =
        new Connections(
            new Connected<>(() -> streams.reading(keys, identity, REPLY_BYTES)),
            new Connected<>(() -> streams.settling(keys, identity, onceSettled(settings.upkeep()))),
            new Connected<>(() -> streams.working(keys, identity)),
            new Connected<>(() -> streams.keeping(keys, identity)));

    var rules =
        new Verdict.Rules(
            source,
            identity.consumer(),
            settings.handling().retry(),
            settings.handling().maxCrashes(),
            settings.upkeep().deadLetterLimit(),
            liveness.reclaimAfter());
    this.order =
        switch (ordering) {
          case Ordering.None none -> new AnyOrder(this::startAll);
          case Ordering.Alone alone -> new AnyOrder(this::startAll);
          case Ordering.ByKey byKey ->
              new KeyOrder(byKey.field(), flow.maxInFlight(), flow.maxInFlightBytes(), new Turns());
        };
    this.settler =
        new Settler(
            connections.settling(),
            rules,
            capacity,
            inFlight,
            suspects,
            duePoll,
            clock,
            order,
            events,
            settleSignal,
            home);
    this.dispatcher =
        new Dispatcher(
            work,
            new Dispatcher.Terms(
                flow.concurrency(),
                settings.handling().maxCrashes(),
                settings.handling().threads(),
                source,
                name),
            order,
            settler,
            fence,
            intakeSignal,
            events,
            this::fail);
    this.intake =
        new Intake(
            connections.reading(),
            capacity,
            new Pace(flow.readAhead().toNanos(), System.nanoTime()),
            dispatcher,
            order,
            settler,
            inFlight,
            suspects,
            duePoll,
            events,
            intakeSignal,
            fence,
            lifecycle);
    this.pauses = new Pauses(lifecycle, events, intakeSignal);
    this.ticket = new Ticket(events, keeperSignal);
    var heartbeat =
        new Heartbeat(
            connections.working(),
            (commands, suspect) ->
                registration(identity, version, liveness.lease(), commands, suspect)
                    .with(terms(settings)),
            fence,
            inFlight,
            dispatcher,
            suspects,
            duePoll,
            ticket,
            pauses,
            clock,
            events,
            heartbeatSignal,
            liveness.heartbeatEvery(),
            settings.upkeep().sharedWith().map(idle -> idle.dividedBy(4)));
    this.registrar =
        new Registrar(
            streams,
            keys,
            identity,
            heartbeat,
            liveness.reconnectGrace(),
            ordering instanceof Ordering.ByKey
                ? Registrar.Patience.ENDLESS
                : Registrar.Patience.LEASE,
            events);
    var keeper =
        new Keeper(
            connections.keeping(),
            ticket,
            identity.consumer(),
            new Keeper.Terms(
                Keeper.Terms.look(liveness.reconnectGrace()),
                liveness.reconnectGrace(),
                liveness.reclaimAfter(),
                settings.upkeep().retention(),
                settings.upkeep().sharedWith()),
            events,
            keeperSignal);

    var watchSignal = new Signal();
    this.loops =
        new Loops(
            loop("intake", name, intakeSignal, intake),
            loop("settle", name, settleSignal, settler::step),
            loop("heartbeat", name, heartbeatSignal, heartbeat::step),
            loop("keeper", name, keeperSignal, keeper::step),
            loop("watch", name, watchSignal, () -> watch(watchSignal)));
    this.drain =
        new Drain(
            new Drain.Parts(loops, connections, dispatcher, settler, capacity, inFlight, home),
            lifecycle,
            events);
  }

  private void startAll(List<Held> deliveries) {
    dispatcher.accept(deliveries);
  }

  /** Where an order by key sends what it has held; the parts are there by then. */
  private final class Turns implements KeyOrder.Outlet {
    @Override
    public void start(List<Held> held) {
      dispatcher.accept(held);
    }

    @Override
    public void park(Held held, Duration delay) {
      settler.release(held, delay);
    }

    @Override
    public void drop(Held held) {
      settler.drop(held);
    }
  }

  private static OnceSettled onceSettled(WorkerSettings.Upkeep upkeep) {
    return upkeep.retention() instanceof Retention.DeleteOnAck
        ? OnceSettled.DELETE
        : OnceSettled.KEEP;
  }

  private Loop loop(String loop, String worker, Signal signal, Loop.Step step) {
    return new Loop(loop, worker, signal, step, outage, this::fail);
  }

  private static Registration.Terms terms(WorkerSettings settings) {
    return new Registration.Terms(
        settings.flow().concurrency(),
        settings.flow().maxInFlight(),
        settings.handling().timeout(),
        settings.liveness().reclaimAfter(),
        settings.upkeep().sharedWith());
  }

  private static Registration registration(
      Identity identity,
      String version,
      Duration lease,
      WorkerCommands commands,
      Optional<EntryId> suspect) {
    return new Registration(
        identity.bootId(),
        Host.name(),
        ProcessHandle.current().pid(),
        version,
        Instant.now().toString(),
        lease,
        commands.server().runId(),
        commands.server().clientId(),
        suspect);
  }

  /**
   * Makes the group, registers, and starts. Throws, and leaves nothing behind, when that cannot be
   * done.
   */
  public void start() {
    events.begin(this::health);
    try {
      intake.prepare(settings.start());
      registrar.register();
    } catch (RuntimeException e) {
      if (e.getCause() instanceof InterruptedException) {
        // Whoever starts it wants it no more.
        lifecycle.step(State.NEW, State.STOPPED);
      } else {
        lifecycle.noteFailure(e);
        lifecycle.step(State.NEW, State.FAILED);
      }
      connections.end();
      end(new DrainReport(0, 0, List.of(), Duration.ZERO, Optional.of(e)));
      throw e;
    }
    lifecycle.step(State.NEW, State.RUNNING);
    pauses.apply();
    loops.start();
  }

  /** Asks for nothing more until {@link #resume}; what is held goes on. */
  public boolean pause() {
    return pauses.pause();
  }

  /** Asks again, if the group is not paused. */
  public boolean resume() {
    return pauses.resume();
  }

  /** The state. */
  public State state() {
    return lifecycle.state();
  }

  /** How it is. */
  public Health health() {
    var problems = new ArrayList<String>();
    var state = lifecycle.state();
    if (state == State.RUNNING || state == State.PAUSED) {
      if (outage.isOn()) {
        problems.add("Redis cannot be used");
      }
      if (!fence.isOpen()) {
        problems.add("its heartbeat is not confirmed, so no handler starts");
      }
    }
    if (settler.refused() > 0) {
      problems.add("Redis refuses %d settlements".formatted(settler.refused()));
    }
    if (dispatcher.abandoned() > 0) {
      problems.add(
          "%d handlers timed out and ignore their interrupt, %d are allowed"
              .formatted(dispatcher.abandoned(), settings.handling().maxAbandoned()));
    }
    lifecycle.failure().ifPresent(cause -> problems.add("it gave up: " + cause));
    return new Health(
        state,
        dispatcher.running(),
        dispatcher.waiting(),
        inFlight.size(),
        dispatcher.abandoned(),
        settler.refused(),
        ticket.isHeld(),
        pauses.ofGroup(),
        new Health.Permits(capacity.permits(), capacity.free()),
        new Health.Pulse(
            fence.isOpen(),
            outage.isOn(),
            Duration.ofNanos(fence.confirmedNanosAgo()),
            Duration.ofNanos(loops.longestTurnNanos())),
        problems);
  }

  /** Waits until it has stopped. */
  public DrainReport awaitStop() throws InterruptedException {
    stopped.await();
    return reported();
  }

  /** Waits so long at most until it has stopped. */
  public Optional<DrainReport> awaitStop(Duration most) throws InterruptedException {
    return stopped.await(most.toNanos(), TimeUnit.NANOSECONDS)
        ? Optional.of(reported())
        : Optional.empty();
  }

  private DrainReport reported() {
    return Objects.requireNonNull(report.get(), "a stopped worker has a report");
  }

  /**
   * Stops reading, finishes or releases what it holds within that time, and leaves. A later call
   * with less time cuts an earlier one short.
   */
  public DrainReport stop(Duration drainTimeout) throws InterruptedException {
    beginStop(drainTimeout);
    return awaitStop();
  }

  private void beginStop(Duration drainTimeout) {
    drain.within(drainTimeout);
    if (lifecycle.step(State.NEW, State.STOPPED)) {
      end(new DrainReport(0, 0, List.of(), Duration.ZERO, Optional.empty()));
    } else if (lifecycle.step(State.RUNNING, State.DRAINING)
        || lifecycle.step(State.PAUSED, State.DRAINING)) {
      // A thread of its own: whoever asked may be interrupted, or be a handler that waits for
      // itself.
      Thread.ofPlatform().daemon().name("millhand-drain " + events.by).start(this::drain);
    }
  }

  private void drain() {
    var result = drain.run();
    events.emit(new Event.Drained(events.by, result));
    lifecycle.step(State.DRAINING, result.failure().isPresent() ? State.FAILED : State.STOPPED);
    log.info("{}: stopped: {}", events.by, result);
    end(result);
  }

  private void end(DrainReport result) {
    report.set(result);
    stopped.countDown();
  }

  /** The worker cannot go on: it drains as far as it can. */
  private void fail(Throwable cause) {
    lifecycle.noteFailure(cause);
    beginStop(settings.drainTimeout());
  }

  private Loop.Turn watch(Signal signal) throws InterruptedException {
    var timeout = settings.handling().timeout();
    dispatcher.abandonOverdue(timeout);
    order.makeRoom();
    var limit = settings.handling().maxAbandoned();
    if (dispatcher.abandoned() > limit && lifecycle.failure().isEmpty()) {
      fail(
          new IllegalStateException(
              "%d handlers ran longer than handlerTimeout (%s) and ignore their interrupt, %d are allowed: find what they wait for"
                  .formatted(dispatcher.abandoned(), timeout, limit)));
    }
    signal.await(Math.clamp(timeout.toNanos() / 10, WATCH_LEAST_NANOS, WATCH_MOST_NANOS));
    return Loop.Turn.IDLE;
  }

  private void changed(State from, State to, @Nullable Throwable cause) {
    if (to == State.RUNNING && from == State.NEW) {
      log.info("{}: started", events.by);
    } else if (to == State.FAILED) {
      log.error("{}: failed", events.by, cause);
    } else {
      log.debug("{}: {} -> {}", events.by, from, to);
    }
    events.emit(new Event.StateChanged(events.by, from, to, cause));
  }
}
