// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import io.millhand.event.Event;
import io.millhand.event.Listener;
import java.util.concurrent.atomic.LongAdder;

/** Counts what became of the entries, for the last line of the log. Thread-safe. */
final class Tally implements Listener {

  private final LongAdder acked = new LongAdder();
  private final LongAdder retried = new LongAdder();
  private final LongAdder putOff = new LongAdder();
  private final LongAdder dead = new LongAdder();
  private final LongAdder released = new LongAdder();

  @Override
  public void on(Event event) {
    switch (event) {
      case Event.Acked ack -> acked.increment();
      case Event.Deferred deferred -> (deferred.cause() == null ? putOff : retried).increment();
      case Event.DeadLettered letter -> dead.increment();
      case Event.Released release -> released.increment();
      default -> {
        // of no count here
      }
    }
  }

  @Override
  public String toString() {
    return "%d acked, %d to be retried, %d put off, %d dead-lettered, %d released"
        .formatted(acked.sum(), retried.sum(), putOff.sum(), dead.sum(), released.sum());
  }
}
