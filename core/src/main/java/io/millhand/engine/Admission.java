// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.delivery.Origin;
import io.millhand.event.Event;
import io.millhand.event.Event.State;
import io.millhand.redis.Arrival;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes what was read in flight, each entry with a permit of those that were taken for it.
 *
 * <p>Threads: the intake alone.
 *
 * <p>Promise: what is not taken in is either settled by the delivery that we hold of it, or handed
 * back, or found by the audit.
 */
final class Admission {

  /** What waits until an abandoned handler of the same id ends, or a suspect's slot is free. */
  private static final Duration NOT_HERE = Duration.ofSeconds(1);

  private final Capacity capacity;
  private final Order order;
  private final Settler settler;
  private final InFlight inFlight;
  private final Suspects suspects;
  private final OwnAudit audit;
  private final Events events;
  private final Fence fence;
  private final Lifecycle lifecycle;

  /** Permits that deliveries of this turn have taken over. */
  private int admitted;

  Admission(
      Capacity capacity,
      Order order,
      Settler settler,
      InFlight inFlight,
      Suspects suspects,
      OwnAudit audit,
      Events events,
      Fence fence,
      Lifecycle lifecycle) {
    this.capacity = capacity;
    this.order = order;
    this.settler = settler;
    this.inFlight = inFlight;
    this.suspects = suspects;
    this.audit = audit;
    this.events = events;
    this.fence = fence;
    this.lifecycle = lifecycle;
  }

  /** A turn begins. */
  void begin() {
    admitted = 0;
  }

  /** How many permits were taken over since the turn began. */
  int admitted() {
    return admitted;
  }

  /**
   * Takes them in.
   *
   * @param term the fence's, in which they were asked for
   */
  void accept(List<Arrival> arrivals, Origin origin, long term) {
    if (arrivals.isEmpty()) {
      return;
    }
    // Where the fence was shut since we asked, others may own these by now; the audit brings what
    // is still ours.
    if (!fence.admit(term, () -> admit(arrivals))) {
      audit.restart();
    } else if (events.areHeard()) {
      events.emit(new Event.Read(events.by, origin, arrivals.size()));
    }
  }

  private void admit(List<Arrival> arrivals) {
    var deliveries = new ArrayList<Held>(arrivals.size());
    var now = System.nanoTime();
    for (var arrival : arrivals) {
      var held = new Held(arrival, now);
      if (isAdmitted(held)) {
        deliveries.add(held);
      }
    }
    order.arrive(deliveries);
  }

  /** Takes it in flight, with a permit; false when it may not start here now. */
  private boolean isAdmitted(Held held) {
    var present = inFlight.putIfAbsent(held);
    if (present != null && present.stage() != Held.Stage.ABANDONED) {
      // The same entry, delivered anew since the group was made anew: the one that we hold settles
      // it. Or Redis has its settlement, a short delay, and we have no reply to that yet.
      if (present.stage() == Held.Stage.SETTLING) {
        audit.expect(held.arrival);
      }
      return false;
    }
    if (present != null) {
      inFlight.addBeside(held);
    }
    admitted++;
    capacity.weigh(held.bytes);
    if (lifecycle.state() == State.PAUSED) {
      // A read that was blocked when the pause began may still be served.
      handBack(held, Duration.ZERO);
      return false;
    }
    if (present != null || !mayStart(held)) {
      handBack(held, NOT_HERE);
      return false;
    }
    return true;
  }

  private void handBack(Held held, Duration delay) {
    order.handedBack(held);
    held.withdraw();
    settler.release(held, delay);
  }

  /** A suspect may start only where the claim has named it in our registration, one at a time. */
  private boolean mayStart(Held held) {
    return !Suspects.isSuspect(held.arrival.count())
        || (held.arrival.origin() != Origin.UNHELD && suspects.admit(held));
  }
}
