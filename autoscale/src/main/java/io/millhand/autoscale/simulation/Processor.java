// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

/**
 * What handlers share: up to its capacity each runs at full speed, beyond it all slow down alike.
 * Its own clock runs at that speed; a handler ends when that clock has gone on by its work.
 */
final class Processor {

  private static final double NEARLY = 1e-9;

  private final double capacity;
  private final Events ends = new Events();
  private double clock;
  private double at;

  /** Names it in {@link Events}. */
  final int number;

  /** Of what was planned last; owned by who plans. */
  int version;

  /** For when the end of its next handler is planned; owned by who plans. */
  double planned = Double.POSITIVE_INFINITY;

  Processor(int number, double capacity) {
    this.number = number;
    this.capacity = capacity;
  }

  /** Whether too many handlers slow each other down. */
  boolean isBounded() {
    return capacity < Double.POSITIVE_INFINITY;
  }

  /**
   * Begins with some work.
   *
   * @param worker who does it
   * @param entry with which entry
   */
  void start(double now, double work, int worker, int entry) {
    go(now);
    ends.add(clock + work, (long) worker << 32 | entry);
  }

  /** When the next handler ends, if none begins; infinite where there is none. */
  double next() {
    return ends.isEmpty() ? ends.first() : at + Math.max(0, ends.first() - clock) / speed();
  }

  /** Whether a handler has ended by now. */
  boolean hasEnded(double now) {
    go(now);
    return ends.first() <= clock + NEARLY;
  }

  /** Takes out the one that has ended: its worker above, its entry below. */
  long take() {
    var ended = ends.what();
    ends.removeFirst();
    return ended;
  }

  /** Takes out all of a worker: their entries. */
  int[] takeAll(double now, int worker) {
    go(now);
    return ends.removeAll(worker);
  }

  private void go(double now) {
    clock += (now - at) * speed();
    at = now;
  }

  private double speed() {
    return ends.size() <= capacity ? 1 : capacity / ends.size();
  }
}
