// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

/** One worker of the fleet. Owned by {@link Crew}, but for the count of its busy handlers. */
final class Worker {

  /** Where it is in its life. */
  enum State {
    /** Asked for, and not there yet. */
    STARTING,
    /** Takes entries. */
    READY,
    /** Takes no more, and finishes what it has. */
    DRAINING,
    /** Has ended, or died. */
    GONE
  }

  final int number;
  final double requestedAt;
  final Processor processor;
  State state = State.STARTING;
  int busy;

  Worker(int number, double requestedAt, Processor processor) {
    this.number = number;
    this.requestedAt = requestedAt;
    this.processor = processor;
  }
}
