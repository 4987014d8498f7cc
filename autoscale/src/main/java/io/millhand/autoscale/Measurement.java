// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import java.time.Duration;
import java.util.Optional;

/**
 * What was measured of a group at one moment. What is not known is empty, never 0.
 *
 * @param at when, since a moment of the caller's choice, on a clock that never jumps
 * @param flow what went through since the measurement before; empty at the first one, and where it
 *     is not known
 * @param backlog entries that no live worker has in hand: not given to the group yet, due again, or
 *     left by the dead
 * @param inHand entries that live workers hold
 * @param later deferred entries whose time has not come
 * @param oldest how long ago the oldest entry of the backlog was added; empty where there is none,
 *     and where that is not known
 * @param fleet who works on it
 * @param paused whether somebody has paused the group
 */
public record Measurement(
    Duration at,
    Optional<Flow> flow,
    Backlog backlog,
    long inHand,
    long later,
    Optional<Duration> oldest,
    Fleet fleet,
    boolean paused) {

  /**
   * What went through a group between two measurements.
   *
   * @param time between them, more than 0
   * @param added entries that were added to the stream
   * @param settled entries that left the group: acked, or dead-lettered
   */
  public record Flow(Duration time, long added, long settled) {}

  /**
   * How many entries wait.
   *
   * @param entries how many, or how many at least
   * @param exact whether there are no more than that
   */
  public record Backlog(long entries, boolean exact) {}

  /**
   * Who works on a group.
   *
   * @param ready workers that are there
   * @param requested workers that were asked for, starting ones too; the same as ready where nobody
   *     knows better
   * @param slots handlers that all ready workers can run at once; 0 where that is not known
   */
  public record Fleet(int ready, int requested, int slots) {}

  /** Whether anything waits, is in hand, or will be due. */
  public boolean hasWork() {
    return backlog.entries() > 0 || inHand > 0 || later > 0;
  }
}
