// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import java.util.Arrays;

/**
 * The best schedules so far that end with one number of workers: for each cost, which is a whole
 * number, the most work that can be done for no more than that. Immutable.
 */
final class Schedules {

  private static final double NEARLY = 1e-6;

  /** Not one. */
  static final Schedules NONE = new Schedules(0, new double[0], new int[0]);

  private final int from;

  /** By cost, from the least on; rises. What costs more than the last does no more. */
  private final double[] done;

  /** The most workers that the schedule had. */
  private final int[] most;

  private Schedules(int from, double[] done, int[] most) {
    this.from = from;
    this.done = done;
    this.most = most;
  }

  /** One that has cost nothing, and has that many workers. */
  static Schedules free(int workers) {
    return new Schedules(0, new double[] {0}, new int[] {workers});
  }

  boolean isEmpty() {
    return done.length == 0;
  }

  /** What the cheapest costs. */
  int from() {
    return from;
  }

  /** The most workers of the cheapest. */
  int mostOfCheapest() {
    return most[0];
  }

  /** The better of these and others, which cost so much more then. */
  Schedules or(Schedules others, int more) {
    if (others.isEmpty()) {
      return this;
    }
    if (isEmpty()) {
      return new Schedules(others.from + more, others.done, others.most);
    }
    var first = Math.min(from, others.from + more);
    var end = Math.max(from + done.length, others.from + more + others.done.length);
    var best = new double[end - first];
    var mosts = new int[end - first];
    for (int cost = first; cost < end; cost++) {
      var mine = at(cost);
      var other = others.at(cost - more);
      var useMine = other < 0 || (mine >= 0 && isBetter(mine, others, other));
      best[cost - first] = useMine ? done[mine] : others.done[other];
      mosts[cost - first] = useMine ? most[mine] : others.most[other];
    }
    return new Schedules(first, best, mosts).trimmed(Double.POSITIVE_INFINITY);
  }

  private boolean isBetter(int mine, Schedules others, int other) {
    return done[mine] > others.done[other]
        || (done[mine] == others.done[other] && most[mine] <= others.most[other]);
  }

  /** Where the best for that cost stands; below 0: there is none. */
  private int at(int cost) {
    return Math.min(cost - from, done.length - 1);
  }

  /**
   * After one more step.
   *
   * @param workers how many there are, which is what the step costs
   * @param speed work that each does in it
   * @param least what must be done by its end
   * @param all what can be done by its end
   */
  Schedules work(int workers, double speed, double least, double all) {
    var first = 0;
    while (first < done.length && done[first] + workers * speed < least - NEARLY) {
      first++;
    }
    if (first == done.length) {
      return NONE;
    }
    var after = new double[done.length - first];
    var mosts = new int[after.length];
    for (int i = 0; i < after.length; i++) {
      after[i] = Math.min(all, done[first + i] + workers * speed);
      mosts[i] = Math.max(most[first + i], workers);
    }
    return new Schedules(from + first + workers, after, mosts).trimmed(all);
  }

  /** Without those that cost more and do no more. */
  private Schedules trimmed(double all) {
    var length = done.length;
    while (length > 1 && (done[length - 2] >= all || done[length - 2] == done[length - 1])) {
      length--;
    }
    return length == done.length
        ? this
        : new Schedules(from, Arrays.copyOf(done, length), Arrays.copyOf(most, length));
  }
}
