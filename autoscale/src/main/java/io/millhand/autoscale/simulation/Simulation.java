// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import io.millhand.autoscale.simulation.Draws.Purpose;
import io.millhand.autoscale.simulation.Worker.State;
import java.util.ArrayList;
import java.util.List;

/**
 * One run: goes from event to event, and stops at each full second to measure, to record, and to
 * ask who decides. Used once.
 */
final class Simulation {

  /** How long it takes until a worker's death is noticed. */
  private static final double LEASE = 3;

  private static final double NEARLY = 1e-10;

  private enum Event {
    READY,
    ENDS,
    DUE,
    OVERDUE,
    CRASH,
    NOTICED
  }

  private static final List<Event> EVENTS = List.of(Event.values());

  private final Scenario scenario;
  private final Trouble trouble;
  private final Load load;
  private final Decider decider;
  private final long seed;
  private final Draws starts;
  private final Draws crashes;
  private final Events events = new Events();
  private final Backlog backlog = new Backlog();
  private final Crew crew;
  private final Gauge gauge;
  private final byte[] failures;
  private final Run.Series series;
  private final List<Run.Change> changes = new ArrayList<>();
  private int next;
  private int requested;
  private double now;

  Simulation(Scenario scenario, Load load, Decider decider, long seed) {
    this.scenario = scenario;
    this.trouble = scenario.trouble();
    this.load = load;
    this.decider = decider;
    this.seed = seed;
    starts = new Draws(seed, Purpose.STARTS);
    crashes = new Draws(seed, Purpose.CRASHES);
    crew = new Crew(scenario);
    gauge = new Gauge(load, backlog, crew);
    failures = new byte[load.size()];
    series = new Run.Series(load.profile().seconds() + 1);
  }

  /** From the start to the end. */
  Run run() {
    requested = scenario.bounds().min();
    for (int i = 0; i < requested; i++) {
      crew.ready(crew.add(0));
    }
    planCrash();
    for (int second = 0; second <= load.profile().seconds(); second++) {
      advance(second);
      tick(second);
    }
    return new Run(seed, series, changes, backlog.tally(), crew.spent(now));
  }

  private void advance(double until) {
    while (true) {
      var arrival = next < load.size() ? load.added(next) : Double.POSITIVE_INFINITY;
      var time = Math.min(arrival, events.first());
      if (time >= until) {
        break;
      }
      now = time;
      if (arrival <= events.first()) {
        backlog.add(next++, now);
      } else {
        var what = events.what();
        events.removeFirst();
        happen(EVENTS.get((int) (what >>> 60)), (int) (what >>> 32) & 0xFFFFFFF, (int) what);
      }
      dispatch();
    }
    now = until;
  }

  private void tick(int second) {
    var before = second == 0 ? 0 : gauge.addedBefore();
    series.add(backlog.added() - before, requested, crew, backlog, now);
    gauge.remember();
    var asked = decider.ask(gauge.sight(second, !trouble.isUnknown(second), requested));
    if (asked != requested) {
      changes.add(new Run.Change(second, requested, asked, decider.reason()));
      request(asked);
      dispatch();
    }
  }

  private void happen(Event event, int version, int number) {
    switch (event) {
      case READY -> becomeReady(crew.of(number));
      case ENDS -> ends(crew.processor(number), version);
      case DUE -> backlog.due(number, now);
      case OVERDUE -> overdue(crew.of(number));
      case CRASH -> crash();
      case NOTICED -> backlog.reclaim(number, now);
    }
  }

  private void plan(Event event, double time, int version, int number) {
    events.add(
        time,
        (long) EVENTS.indexOf(event) << 60 | (version & 0xFFFFFFFL) << 32 | (number & 0xFFFFFFFFL));
  }

  private void request(int workers) {
    requested = workers;
    while (crew.staying() < workers) {
      var worker = crew.add(now);
      var kind = scenario.workers();
      var ready = now + starts.between(kind.startFrom(), kind.startTo());
      plan(Event.READY, ready, 0, worker.number);
    }
    while (crew.staying() > workers) {
      stop(crew.youngest());
    }
  }

  private void becomeReady(Worker worker) {
    if (worker.state == State.STARTING) {
      crew.ready(worker);
    }
  }

  private void stop(Worker worker) {
    if (worker.busy == 0) {
      crew.end(worker, now);
    } else {
      crew.drain(worker);
      plan(Event.OVERDUE, now + scenario.workers().drainTimeout(), 0, worker.number);
    }
  }

  private void overdue(Worker worker) {
    if (worker.state == State.DRAINING) {
      for (int entry : worker.processor.takeAll(now, worker.number)) {
        backlog.release(entry, now);
      }
      crew.end(worker, now);
      plan(worker.processor);
    }
  }

  private void planCrash() {
    if (trouble.crashEvery() > 0) {
      plan(Event.CRASH, now + crashes.exponential(trouble.crashEvery()), 0, 0);
    }
  }

  private void crash() {
    crew.random(crashes)
        .ifPresent(
            worker -> {
              for (int entry : worker.processor.takeAll(now, worker.number)) {
                backlog.orphan();
                plan(Event.NOTICED, now + LEASE, 0, entry);
              }
              crew.end(worker, now);
              plan(worker.processor);
              request(requested);
            });
    planCrash();
  }

  private void dispatch() {
    while (crew.free() > 0 && backlog.waiting() > 0) {
      var worker = crew.freest();
      var entry = backlog.take(now);
      crew.begin(worker);
      var work = load.work(entry) * trouble.factor(now);
      worker.processor.start(now, work, worker.number, entry);
      plan(worker.processor);
    }
  }

  /** The end of its next handler; an end that was planned before and is no more true is void. */
  private void plan(Processor processor) {
    var end = processor.next();
    if (!(Math.abs(end - processor.planned) < NEARLY)) { // of two infinities, too: planned for none
      processor.planned = end;
      processor.version = processor.version + 1 & 0xFFFFFFF;
      if (end < Double.POSITIVE_INFINITY) {
        plan(Event.ENDS, end, processor.version, processor.number);
      }
    }
  }

  private void ends(Processor processor, int version) {
    if (version != processor.version) {
      return;
    }
    processor.planned = Double.NaN;
    while (processor.hasEnded(now)) {
      var ended = processor.take();
      var worker = crew.of((int) (ended >>> 32));
      crew.finish(worker);
      finished((int) ended);
      if (worker.state == State.DRAINING && worker.busy == 0) {
        crew.end(worker, now);
      }
    }
    plan(processor);
  }

  private void finished(int entry) {
    if (!load.isPoison(entry)) {
      backlog.ack();
      return;
    }
    var backOff = trouble.poison().backOff();
    if (failures[entry] == backOff.size()) {
      backlog.deadLetter();
      return;
    }
    backlog.defer();
    plan(Event.DUE, now + backOff.get(failures[entry]++), 0, entry);
  }
}
