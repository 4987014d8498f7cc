// SPDX-License-Identifier: Apache-2.0
package io.millhand.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.millhand.event.Event;

/** What happens to a worker and its group rather than to single entries. Thread-safe. */
final class Upkeep {

  private final Counter registrations;
  private final Counter fencedOff;
  private final Timer outages;
  private final Counter trimmed;
  private final Counter restored;
  private final Counter deadDropped;
  private final Counter died;
  private final Counter reclaimed;
  private final Counter streamTrimmed;
  private final Counter recreated;
  private final Counter clockJumps;

  Upkeep(Shelf shelf) {
    registrations =
        shelf.counter(
            "millhand.worker.registrations",
            "Registrations: one at the start, and one for each time that it was fenced off and came back.");
    fencedOff =
        shelf.counter(
            "millhand.worker.fenced.off",
            "Times that no handler might start, since others could take the worker for dead.");
    outages =
        shelf.shortTimer(
            "millhand.worker.outages",
            "Outages of Redis that have ended, and how long they lasted.",
            Tags.empty());
    trimmed =
        shelf.counter(
            "millhand.worker.trimmed",
            "Entries that others trimmed or deleted while they were pending: lost to the group.");
    restored =
        shelf.counter(
            "millhand.worker.restored",
            "Deferred entries that had lost their pending record, which was restored.");
    deadDropped =
        shelf.counter(
            "millhand.worker.dead.letters.dropped",
            "Dead letters that the limit of their stream dropped: lost, as was asked for.");
    died =
        shelf.counter(
            "millhand.worker.workers.died", "Workers of the group that this keeper judged dead.");
    reclaimed =
        shelf.counter(
            "millhand.worker.reclaimed",
            "Entries of the dead or of foreign consumers that this keeper made due.");
    streamTrimmed =
        shelf.counter(
            "millhand.worker.stream.trimmed", "Entries that this keeper trimmed from the stream.");
    recreated =
        shelf.counter(
            "millhand.worker.groups.recreated", "Times that the group was gone and was made anew.");
    clockJumps =
        shelf.counter(
            "millhand.worker.clock.jumps", "Jumps of the server's clock that this keeper saw.");
  }

  void on(Event event) {
    switch (event) {
      case Event.Registered registered -> registrations.increment();
      case Event.FencedOff off -> fencedOff.increment();
      case Event.OutageEnded outage -> outages.record(outage.lasted());
      case Event.Trimmed lost -> trimmed.increment(lost.ids().size());
      case Event.Restored found -> restored.increment(found.ids().size());
      case Event.DeadLettersDropped dropped -> deadDropped.increment((double) dropped.count());
      case Event.WorkerDied death -> died.increment();
      case Event.Reclaimed taken -> reclaimed.increment(taken.count());
      case Event.StreamTrimmed gone -> streamTrimmed.increment((double) gone.count());
      case Event.GroupRecreated anew -> recreated.increment();
      case Event.ClockJumped jump -> clockJumps.increment();
      default -> {
        // told by a gauge, or of no count
      }
    }
  }
}
