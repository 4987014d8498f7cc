// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import java.util.List;

/**
 * What happened in one run.
 *
 * @param seed of which seed
 * @param series second by second
 * @param changes each change of the fleet
 * @param tally what became of the entries
 * @param workerSeconds what the fleet cost: from the request of each worker to its end
 */
public record Run(
    long seed, Series series, List<Change> changes, Tally tally, double workerSeconds) {

  /** Copies. */
  public Run {
    changes = List.copyOf(changes);
  }

  /**
   * More or fewer workers were asked for.
   *
   * @param at when, in seconds
   * @param from how many were asked for before
   * @param to how many are asked for now
   * @param reason why, in words
   */
  public record Change(double at, int from, int to, String reason) {}

  /**
   * What became of the entries by the end.
   *
   * @param added how many there were
   * @param acked handled with success
   * @param dead dead-lettered after the last attempt
   * @param waiting for a handler, still
   * @param inHand in a handler, still; or a dead worker's
   * @param later deferred, still
   * @param again handed back by workers that died, or had no time to finish: handled again
   * @param meanWait how long one waited for its handler, in the mean, in seconds
   */
  public record Tally(
      long added,
      long acked,
      long dead,
      long waiting,
      long inHand,
      long later,
      long again,
      double meanWait) {}

  /** The state at each full second, from 0 on. */
  public static final class Series {

    private final int[] arrivals;
    private final int[] requested;
    private final int[] ready;
    private final int[] waiting;
    private final double[] waits;
    private int size;

    Series(int seconds) {
      arrivals = new int[seconds];
      requested = new int[seconds];
      ready = new int[seconds];
      waiting = new int[seconds];
      waits = new double[seconds];
    }

    void add(long added, int asked, Crew crew, Backlog backlog, double now) {
      arrivals[size] = (int) added;
      requested[size] = asked;
      ready[size] = crew.ready();
      waiting[size] = backlog.waiting();
      waits[size++] = backlog.oldestWait(now);
    }

    /** How many seconds there are. */
    public int size() {
      return size;
    }

    /** Entries that were added in the second before. */
    public int arrivals(int second) {
      return arrivals[second];
    }

    /** Workers that were asked for. */
    public int requested(int second) {
      return requested[second];
    }

    /** Workers that took entries. */
    public int ready(int second) {
      return ready[second];
    }

    /** Entries that waited for a handler. */
    public int waiting(int second) {
      return waiting[second];
    }

    /** How long the one had waited that waited longest, in seconds. */
    public double oldestWait(int second) {
      return waits[second];
    }
  }
}
