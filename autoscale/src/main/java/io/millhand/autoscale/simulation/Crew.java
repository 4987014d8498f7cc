// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import io.millhand.autoscale.simulation.Worker.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The workers there are, and what they cost. */
final class Crew {

  private final Scenario.Workers kind;
  private final Processor shared;
  private final List<Worker> all = new ArrayList<>();
  private final List<Worker> there = new ArrayList<>();
  private double spent;
  private int free;
  private int ready;
  private int staying;

  Crew(Scenario scenario) {
    kind = scenario.workers();
    shared = new Processor(-1, scenario.trouble().shared());
  }

  /** A new worker, which begins to start. */
  Worker add(double now) {
    var number = all.size();
    var processor =
        shared.isBounded() ? shared : new Processor(number, Math.min(kind.cores(), kind.slots()));
    var worker = new Worker(number, now, processor);
    all.add(worker);
    there.add(worker);
    staying++;
    return worker;
  }

  /** It takes entries from now on. */
  void ready(Worker worker) {
    worker.state = State.READY;
    ready++;
    free += kind.slots();
  }

  /** It takes no more entries. */
  void drain(Worker worker) {
    leave(worker);
    worker.state = State.DRAINING;
  }

  /** It is no more. */
  void end(Worker worker, double now) {
    if (worker.state != State.DRAINING) {
      leave(worker);
    }
    worker.state = State.GONE;
    there.remove(worker);
    spent += now - worker.requestedAt;
  }

  private void leave(Worker worker) {
    staying--;
    if (worker.state == State.READY) {
      ready--;
      free -= kind.slots() - worker.busy;
    }
  }

  void begin(Worker worker) {
    worker.busy++;
    free--;
  }

  void finish(Worker worker) {
    worker.busy--;
    if (worker.state == State.READY) {
      free++;
    }
  }

  /** Whom a ReplicaSet ends first: who is not ready yet, else the youngest. */
  Worker youngest() {
    return last(State.STARTING).or(() -> last(State.READY)).orElseThrow();
  }

  private Optional<Worker> last(State state) {
    for (int i = there.size() - 1; i >= 0; i--) {
      if (there.get(i).state == state) {
        return Optional.of(there.get(i));
      }
    }
    return Optional.empty();
  }

  /** Who has most handlers free. */
  Worker freest() {
    var freest = there.getFirst();
    var least = Integer.MAX_VALUE;
    for (int i = 0; i < there.size() && least > 0; i++) {
      var worker = there.get(i);
      if (worker.state == State.READY && worker.busy < least) {
        freest = worker;
        least = worker.busy;
      }
    }
    return freest;
  }

  /** One of the ready ones, or nobody. */
  Optional<Worker> random(Draws draws) {
    var some = there.stream().filter(worker -> worker.state == State.READY).toList();
    return some.isEmpty() ? Optional.empty() : Optional.of(some.get(draws.below(some.size())));
  }

  Worker of(int number) {
    return all.get(number);
  }

  Processor processor(int number) {
    return number < 0 ? shared : all.get(number).processor;
  }

  int free() {
    return free;
  }

  int ready() {
    return ready;
  }

  /** Ready and starting ones. */
  int staying() {
    return staying;
  }

  int slots() {
    return ready * kind.slots();
  }

  /** Worker-seconds until now, from the request of each to its end. */
  double spent(double now) {
    return spent + there.stream().mapToDouble(worker -> now - worker.requestedAt).sum();
  }
}
