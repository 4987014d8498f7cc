// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import io.millhand.autoscale.Advice.Need;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What there is to see at one moment. Told by the children from memory: the proof goes by their
 * ledgers.
 *
 * @param phase how far it is
 * @param running since when
 * @param counts of the run so far
 * @param group what Redis says; empty while it does not answer
 * @param workers all that ever were, in the order of their start
 * @param notes what happened, the oldest first
 * @param need how many workers are needed, where that is decided by the load
 */
record Scoreboard(
    Phase phase,
    Duration running,
    Counts counts,
    Optional<GroupSnapshot> group,
    List<Row> workers,
    List<Note> notes,
    Optional<Need> need) {

  /** Where nobody decides how many workers there are. */
  Scoreboard(
      Phase phase,
      Duration running,
      Counts counts,
      Optional<GroupSnapshot> group,
      List<Row> workers,
      List<Note> notes) {
    this(phase, running, counts, group, workers, notes, Optional.empty());
  }

  /** How many workers are there, starting ones too, draining ones not. */
  long staff() {
    return workers.stream()
        .filter(row -> row.state() == State.STARTING || row.state() == State.WORKING)
        .count();
  }

  /** How far it is. */
  enum Phase {
    /** Processes are being started. */
    STARTING,
    /** The producer sends. */
    RUNNING,
    /** The producer has ended, the workers finish. */
    FINISHING
  }

  /**
   * Numbers.
   *
   * @param sent confirmed by Redis
   * @param total to be sent, where there is an end
   * @param handled confirmed by Redis
   * @param inFlight held by workers
   * @param retries attempts that failed and are made again
   * @param dead given up
   * @param perSecond handled in a second
   */
  record Counts(
      long sent,
      OptionalLong total,
      long handled,
      long inFlight,
      long retries,
      long dead,
      double perSecond) {}

  /** What a worker is. */
  enum State {
    /** Not registered yet. */
    STARTING,
    /** At work. */
    WORKING,
    /** Told to drain. */
    DRAINING,
    /** Killed with -9. */
    KILLED,
    /** Has drained and left. */
    LEFT
  }

  /**
   * A worker.
   *
   * @param name its name
   * @param pid its process
   * @param state what it is
   * @param keeper whether it is the group's keeper
   * @param perSecond handled in a second
   * @param handled by it
   * @param inFlight held by it
   * @param remark more about its state
   */
  record Row(
      String name,
      long pid,
      State state,
      boolean keeper,
      double perSecond,
      long handled,
      int inFlight,
      String remark) {}

  /**
   * Something that happened.
   *
   * @param at when, since the start
   * @param text what
   */
  record Note(Duration at, String text) {}
}
