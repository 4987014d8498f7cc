// SPDX-License-Identifier: Apache-2.0
package io.millhand.event;

import io.millhand.delivery.GroupPause;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a worker is.
 *
 * @param state its state
 * @param running handlers that run now
 * @param waiting entries held that no handler has begun
 * @param inFlight entries held in all: waiting, running, or handled but not confirmed
 * @param abandoned handlers that timed out and ignore their interrupt
 * @param refused settlements that Redis refuses for a reason that is no outage
 * @param keeper whether it is the group's keeper
 * @param groupPause the pause of the whole group, where it is paused
 * @param permits how many entries it may hold
 * @param pulse whether it goes on
 * @param problems what is wrong, in words; empty when it is well
 */
public record Health(
    Event.State state,
    int running,
    int waiting,
    int inFlight,
    int abandoned,
    int refused,
    boolean keeper,
    Optional<GroupPause> groupPause,
    Permits permits,
    Pulse pulse,
    List<String> problems) {

  /**
   * A worker's permits.
   *
   * @param total how many entries it may hold at once
   * @param free how many more it may ask for now; 0 also while it holds too many bytes
   */
  public record Permits(int total, int free) {}

  /**
   * Signs of a worker's life. Of a worker that has stopped they mean nothing.
   *
   * @param registered whether it is registered and its heartbeat confirmed; no handler starts else
   * @param outage whether Redis cannot be used
   * @param heartbeatAge how long ago the last confirmed heartbeat was sent
   * @param loopAge how long ago that of its loops began its turn which has been longest in it; in a
   *     healthy process never longer than a heartbeat's period and a few time-outs of Redis, also
   *     while Redis is away
   */
  public record Pulse(
      boolean registered, boolean outage, Duration heartbeatAge, Duration loopAge) {}

  /** Whether it works as it should. */
  public boolean isHealthy() {
    return problems.isEmpty();
  }
}
