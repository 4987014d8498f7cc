// SPDX-License-Identifier: Apache-2.0
package io.millhand.micrometer;

import io.micrometer.core.instrument.Timer;
import io.millhand.delivery.EntryId;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How long everything took. Thread-safe. */
final class Times {

  /** Before there were streams. An id below it was chosen by hand, and is no time. */
  private static final long FIRST_ID = Instant.parse("2018-01-01T00:00:00Z").toEpochMilli();

  private final Shelf shelf;
  private final Timer queue;
  private final Timer acked;
  private final Timer ackedAge;
  private final Timer deadAge;

  /** Those that are seldom, made when they come. Guarded by itself. */
  private final Map<How, Timer> others = new EnumMap<>(How.class);

  /** How a handler's work ended. */
  enum How {
    /** In an ack. */
    ACKED,
    /** In a failed attempt, with another to come. */
    RETRIED,
    /** In a delay that it asked for. */
    DEFERRED,
    /** In the dead letters. */
    DEAD,
    /** In nothing: the entry was another's by then. */
    FENCED
  }

  Times(Shelf shelf) {
    this.shelf = shelf;
    this.acked = handler(How.ACKED);
    this.queue =
        shelf.timer(
            "millhand.worker.queue",
            "How long entries waited here, from the reply to the read until their handler began.");
    this.ackedAge = age(How.ACKED);
    this.deadAge = age(How.DEAD);
  }

  private Timer handler(How how) {
    return shelf.timer(
        "millhand.worker.handler",
        "How long handlers ran, by how that ended; told when Redis has confirmed the settlement.",
        "outcome",
        Words.of(how));
  }

  private Timer age(How how) {
    return shelf.timer(
        "millhand.worker.end.to.end",
        "From the time in the entry's id until Redis confirmed its ack or dead letter, by the server's clock.",
        "outcome",
        Words.of(how));
  }

  void waited(Duration waited) {
    queue.record(waited);
  }

  void acked(EntryId id, Duration took, Duration age) {
    acked.record(took);
    record(ackedAge, id, age);
  }

  void dead(EntryId id, Duration took, Duration age) {
    ran(How.DEAD, took);
    record(deadAge, id, age);
  }

  /** Time 0 is of what no handler has begun. */
  void ran(How how, Duration took) {
    if (took.isPositive()) {
      other(how).record(took);
    }
  }

  private Timer other(How how) {
    synchronized (others) {
      @Nullable Timer known = others.get(how);
      if (known != null) {
        return known;
      }
      var made = handler(how);
      others.put(how, made);
      return made;
    }
  }

  private static void record(Timer timer, EntryId id, Duration age) {
    if (id.millis() >= FIRST_ID) {
      timer.record(age.isNegative() ? Duration.ZERO : age);
    }
  }
}
