// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.story;

import io.millhand.sim.story.Fault.Kind;
import java.util.List;

/** What may befall workers in a story, and so what may be asked of them. */
@SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list of constants
public enum Genre {
  /** Nothing but workers that come and go in peace. */
  CALM(Kind.ROLL),
  /** What must cost no repetition: connections break, the server restarts, hangs, is full. */
  HARMLESS(
      Kind.LOSE,
      Kind.LOSE,
      Kind.LOSE,
      Kind.LOSE,
      Kind.FORGET_SCRIPTS,
      Kind.KILL_CLIENTS,
      Kind.RESTART,
      Kind.HANG,
      Kind.FULL,
      Kind.JUMP,
      Kind.ROLL,
      Kind.GROUP_PAUSE),
  /** Workers die. */
  DEADLY(Kind.KILL, Kind.KILL, Kind.VANISH, Kind.LOSE, Kind.LOSE, Kind.RESTART, Kind.ROLL),
  /** Workers are stopped for long, and go on. */
  ASLEEP(Kind.SLEEP, Kind.SLEEP, Kind.SLEEP, Kind.KILL, Kind.LOSE, Kind.HANG, Kind.JUMP),
  /** Redis loses what it had, or somebody deletes it. */
  LOSSY(
      Kind.FAILOVER,
      Kind.FAILOVER,
      Kind.FLUSH,
      Kind.DESTROY,
      Kind.DELETE_KEY,
      Kind.DELETE_ENTRY,
      Kind.LOSE,
      Kind.KILL),
  /** Clients of another kind in the same group. */
  SHARED(Kind.STRANGER, Kind.STRANGER, Kind.STRANGER, Kind.THIEF, Kind.KILL, Kind.LOSE, Kind.JUMP),
  /** All of it. */
  WILD(
      Kind.LOSE,
      Kind.LOSE,
      Kind.FORGET_SCRIPTS,
      Kind.KILL_CLIENTS,
      Kind.RESTART,
      Kind.HANG,
      Kind.FULL,
      Kind.ROLL,
      Kind.KILL,
      Kind.VANISH,
      Kind.SLEEP,
      Kind.FAILOVER,
      Kind.FLUSH,
      Kind.DESTROY,
      Kind.DELETE_KEY,
      Kind.DELETE_ENTRY,
      Kind.STRANGER,
      Kind.THIEF,
      Kind.GROUP_PAUSE);

  private final List<Kind> faults;

  Genre(Kind... faults) {
    this.faults = List.of(faults);
  }

  List<Kind> faults() {
    return faults;
  }

  /** Whether an entry may be handled again although its handler has succeeded. */
  boolean mayRepeat() {
    return this != CALM && this != HARMLESS;
  }

  /** Whether two handlers may have the same entry at once. */
  boolean mayOverlap() {
    return this != CALM && this != HARMLESS && this != DEADLY;
  }

  /** Whether a worker that lives may be taken for dead. */
  boolean mayBuryTheLiving() {
    return this == ASLEEP || this == LOSSY || this == WILD;
  }

  /** Whether what is known of failures may get lost. */
  boolean mayForget() {
    return this == LOSSY || this == WILD;
  }
}
