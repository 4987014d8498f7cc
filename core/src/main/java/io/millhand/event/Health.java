// SPDX-License-Identifier: Apache-2.0
package io.millhand.event;

import io.millhand.delivery.GroupPause;
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
    List<String> problems) {

  /** Whether it works as it should. */
  public boolean isHealthy() {
    return problems.isEmpty();
  }
}
