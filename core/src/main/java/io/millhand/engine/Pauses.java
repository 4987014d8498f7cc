// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.delivery.GroupPause;
import io.millhand.event.Event;
import io.millhand.event.Event.State;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the worker is paused: by itself, or with its whole group. Both must have ended before it
 * reads again.
 *
 * <p>Threads: {@link #ofGroup} from the heartbeat, or from whoever starts the worker; the others
 * from any.
 *
 * <p>Owns: both pauses, and the steps between RUNNING and PAUSED.
 *
 * <p>Promise: the state is PAUSED while either holds, but for the moment that a step takes.
 */
final class Pauses {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.worker");

  private final Lifecycle lifecycle;
  private final Events events;
  private final Signal intake;
  private final AtomicBoolean own = new AtomicBoolean();

  /** Written by the heartbeat. */
  private volatile Optional<GroupPause> ofGroup = Optional.empty();

  Pauses(Lifecycle lifecycle, Events events, Signal intake) {
    this.lifecycle = lifecycle;
    this.events = events;
    this.intake = intake;
  }

  /** Pauses this worker; false when it is already, or does not run. */
  boolean pause() {
    return isStarted() && own.compareAndSet(false, true) && apply();
  }

  /** Ends this worker's own pause; false when it had none, or does not run. */
  boolean resume() {
    return isStarted() && own.compareAndSet(true, false) && apply();
  }

  private boolean isStarted() {
    var state = lifecycle.state();
    return state == State.RUNNING || state == State.PAUSED;
  }

  /** The group's pause, as far as the last heartbeat told. */
  Optional<GroupPause> ofGroup() {
    return ofGroup;
  }

  /** What a heartbeat told of the group. */
  void ofGroup(Optional<GroupPause> now) {
    if (now.equals(ofGroup)) {
      return;
    }
    ofGroup = now;
    if (now.isPresent()) {
      log.info(
          "{}: the group is paused by {}. What this worker holds is finished, and nothing is read until the group is resumed: `millhand resume`.",
          events.by,
          now.get());
      events.emit(new Event.GroupPaused(events.by, now.get()));
    } else {
      log.info("{}: the group is resumed", events.by);
      events.emit(new Event.GroupResumed(events.by));
    }
    apply();
  }

  /**
   * Takes the step that the pauses ask for; looks again afterwards, since somebody may have changed
   * them meanwhile and found nothing to step. Answers whether the worker still runs.
   */
  boolean apply() {
    boolean paused;
    do {
      paused = isPaused();
      if (paused) {
        lifecycle.step(State.RUNNING, State.PAUSED);
      } else {
        lifecycle.step(State.PAUSED, State.RUNNING);
      }
    } while (paused != isPaused());
    intake.raise();
    return isStarted();
  }

  private boolean isPaused() {
    return own.get() || ofGroup.isPresent();
  }
}
