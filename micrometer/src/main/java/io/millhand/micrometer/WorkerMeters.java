// SPDX-License-Identifier: Apache-2.0
package io.millhand.micrometer;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.millhand.delivery.Origin;
import io.millhand.event.Event;
import io.millhand.event.Event.End;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one group, or of one worker. All of them are looked up once, so that an event costs
 * no more than its counts.
 */
final class WorkerMeters {

  private static final String DUPLICATES = "millhand.worker.duplicates.suspected";
  private static final String DUPLICATES_HELP =
      "Entries that may be handled twice, by the sign: redelivered, ack_missing, disowned, fenced.";

  private final Shelf shelf;
  private final Crew crew;
  private final Times times;
  private final Failures failures;
  private final Upkeep upkeep;

  private final Counter firstAttempts;
  private final Counter laterAttempts;
  private final Map<Origin, DistributionSummary> reads = new EnumMap<>(Origin.class);
  private final Map<End, Counter> dead = new EnumMap<>(End.class);
  private final Counter retried;
  private final Counter delayed;
  private final Counter released;
  private final Counter timeouts;
  private final Counter refused;
  private final Counter redelivered;
  private final Counter ackMissing;
  private final Counter disowned;
  private final Counter fenced;

  WorkerMeters(Shelf shelf) {
    this.shelf = shelf;
    this.crew = new Crew(shelf);
    this.times = new Times(shelf);
    this.failures = new Failures(shelf);
    this.upkeep = new Upkeep(shelf);
    this.firstAttempts = started("first");
    this.laterAttempts = started("later");
    for (var origin : Origin.values()) {
      reads.put(
          origin,
          shelf.sizes(
              "millhand.worker.read",
              "Entries that came in at once, by where they came from.",
              "origin",
              Words.of(origin)));
    }
    for (var end : End.values()) {
      dead.put(
          end,
          shelf.counter(
              "millhand.worker.dead.letters",
              "Entries that went to the dead letters, by why.",
              "reason",
              Words.of(end)));
    }
    this.retried = deferred("failed");
    this.delayed = deferred("asked");
    this.released =
        shelf.counter("millhand.worker.released", "Entries that were handed back unattempted.");
    this.timeouts =
        shelf.counter(
            "millhand.worker.timeouts", "Handlers that ran too long and were interrupted.");
    this.refused =
        shelf.counter(
            "millhand.worker.settlements.refused",
            "Settlements that Redis refused for a reason that is no outage.");
    this.redelivered = shelf.counter(DUPLICATES, DUPLICATES_HELP, "reason", "redelivered");
    this.ackMissing = shelf.counter(DUPLICATES, DUPLICATES_HELP, "reason", "ack_missing");
    this.disowned = shelf.counter(DUPLICATES, DUPLICATES_HELP, "reason", "disowned");
    this.fenced = shelf.counter(DUPLICATES, DUPLICATES_HELP, "reason", "fenced");
  }

  private Counter started(String attempt) {
    return shelf.counter(
        "millhand.worker.handlers.started",
        "Handlers that began, at a first attempt or a later one.",
        "attempt",
        attempt);
  }

  private Counter deferred(String cause) {
    return shelf.counter(
        "millhand.worker.deferred",
        "Entries that wait for a later delivery: their attempt failed, or their handler asked for it.",
        "cause",
        cause);
  }

  Crew crew() {
    return crew;
  }

  /** Those that come for each entry stand first: the switch asks in this order. */
  void on(Event event) {
    switch (event) {
      case Event.Acked ack -> times.acked(ack.id(), ack.took(), ack.age());
      case Event.Started start -> started(start);
      case Event.Read read -> requireNonNull(reads.get(read.origin())).record(read.count());
      case Event.Deferred deferred -> deferred(deferred);
      case Event.DeadLettered letter -> dead(letter);
      case Event.Released release -> released.increment();
      case Event.TimedOut timeout -> timeouts.increment();
      case Event.SettleRefused refusal -> refused.increment();
      case Event.AckMissing missing -> ackMissing.increment((double) missing.count());
      case Event.Disowned gone -> disowned.increment(gone.ids().size());
      case Event.Fenced late -> {
        fenced.increment();
        times.ran(Times.How.FENCED, late.took());
      }
      default -> upkeep.on(event);
    }
  }

  private void started(Event.Started start) {
    var count = start.count();
    (count.attempts() == 0 ? firstAttempts : laterAttempts).increment();
    times.waited(start.waited());
    // What is due again was delivered before on purpose; what was reclaimed, or is our own anew,
    // may have been handled by whoever had it.
    if (start.origin() == Origin.RECLAIMED
        || (start.origin() != Origin.DUE && count.deliveries() > count.attempts() + 1)) {
      redelivered.increment();
    }
  }

  private void deferred(Event.Deferred deferred) {
    @Nullable Throwable cause = deferred.cause();
    if (cause == null) {
      delayed.increment();
      times.ran(Times.How.DEFERRED, deferred.took());
    } else {
      retried.increment();
      failures.count(cause);
      times.ran(Times.How.RETRIED, deferred.took());
    }
  }

  private void dead(Event.DeadLettered letter) {
    requireNonNull(dead.get(letter.end())).increment();
    times.dead(letter.id(), letter.took(), letter.age());
    @Nullable Throwable cause = letter.cause();
    if (cause != null && (letter.end() == End.ATTEMPTS || letter.end() == End.FATAL)) {
      failures.count(cause);
    }
  }

  /** Takes them all out of the registry. */
  void remove() {
    shelf.clear();
  }
}
