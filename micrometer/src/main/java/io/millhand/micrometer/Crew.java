// SPDX-License-Identifier: Apache-2.0
package io.millhand.micrometer;

import io.millhand.event.Event;
import io.millhand.event.Event.State;
import io.millhand.event.Health;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** The living workers whose gauges are one; each is asked at each look. Thread-safe. */
final class Crew {

  private final List<Member> members = new CopyOnWriteArrayList<>();

  private record Member(Event.Worker worker, Supplier<Health> health) {
    boolean isOver() {
      return MillhandMetrics.isOver(health.get().state());
    }
  }

  /** Shows what all of them say together. */
  Crew(Shelf shelf) {
    load(shelf);
    permits(shelf);
    life(shelf);
    for (var state : List.of(State.NEW, State.RUNNING, State.PAUSED, State.DRAINING)) {
      shelf.gauge(
          "millhand.worker.workers",
          "Workers of the group in this process, by their state.",
          () -> count(health -> health.state() == state),
          "state",
          Words.of(state));
    }
  }

  private void load(Shelf shelf) {
    shelf.entries(
        "millhand.worker.in.flight",
        "Entries held: waiting for a handler, in one, or on their way to Redis.",
        () -> sum(Health::inFlight));
    shelf.entries(
        "millhand.worker.waiting",
        "Entries held that no handler has begun.",
        () -> sum(Health::waiting));
    shelf.gauge(
        "millhand.worker.handlers.running", "Handlers that run now.", () -> sum(Health::running));
    shelf.gauge(
        "millhand.worker.handlers.abandoned",
        "Handlers that timed out and ignore their interrupt.",
        () -> sum(Health::abandoned));
    shelf.gauge(
        "millhand.worker.settlements.stuck",
        "Settlements that Redis refuses now, for a reason that is no outage; they are tried again.",
        () -> sum(Health::refused));
  }

  private void permits(Shelf shelf) {
    shelf.gauge(
        "millhand.worker.permits",
        "How many entries may be held at once.",
        () -> sum(health -> health.permits().total()));
    shelf.gauge(
        "millhand.worker.permits.free",
        "How many more entries may be asked for now; those that are being asked for are not free.",
        () -> sum(health -> health.permits().free()));
  }

  private void life(Shelf shelf) {
    shelf.gauge(
        "millhand.worker.keeper",
        "1 if the group's keeper is in this process.",
        () -> count(Health::keeper));
    shelf.gauge(
        "millhand.worker.registered",
        "Workers that are registered and whose heartbeat is confirmed; the others start no handler.",
        () -> count(health -> health.pulse().registered()));
    shelf.gauge(
        "millhand.worker.outage",
        "Workers that cannot use Redis now.",
        () -> count(health -> health.pulse().outage()));
    shelf.nanos(
        "millhand.worker.heartbeat.age",
        "How long ago the last confirmed heartbeat was sent; of several workers the longest.",
        () -> longest(health -> health.pulse().heartbeatAge()));
    shelf.nanos(
        "millhand.worker.loop.age",
        "How long the loop that has been longest in its turn has been in it; of several workers the longest.",
        () -> longest(health -> health.pulse().loopAge()));
  }

  void add(Event.Worker worker, Supplier<Health> health) {
    members.add(new Member(worker, health));
  }

  /** Removes those that have stopped; true when none of that name is left. */
  boolean removeOver(Event.Worker worker) {
    members.removeIf(Member::isOver);
    return members.stream().noneMatch(member -> member.worker.equals(worker));
  }

  boolean isEmpty() {
    return members.isEmpty();
  }

  private long sum(ToLongFunction<Health> part) {
    return members.stream().map(member -> member.health.get()).mapToLong(part).sum();
  }

  private long count(Predicate<Health> fits) {
    return members.stream().filter(member -> fits.test(member.health.get())).count();
  }

  private long longest(Function<Health, Duration> part) {
    return members.stream()
        .map(member -> part.apply(member.health.get()))
        .mapToLong(Duration::toNanos)
        .max()
        .orElse(0);
  }
}
