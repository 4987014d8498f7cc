// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import java.util.function.Predicate;

/**
 * Goes from 0 to 1 and back as KEDA does, and leaves the rest to a HorizontalPodAutoscaler, which
 * cannot: 1 as soon as it sees that something is to be done, 0 when nothing was for 300 seconds.
 */
final class Waking implements Decider {

  private static final int COOL_DOWN = 300;

  private final Decider above;
  private final Predicate<Sight> active;
  private final int every;
  private int lastActive;

  /**
   * Looks at times.
   *
   * @param above who decides from 1 on
   * @param active whether something is to be done
   * @param every seconds between two looks; 1 where it is told at once
   */
  Waking(Decider above, Predicate<Sight> active, int every) {
    this.above = above;
    this.active = active;
    this.every = every;
  }

  @Override
  public int ask(Sight sight) {
    var asked = above.ask(sight);
    if (!sight.known() || sight.time() % every != 0) {
      return asked;
    }
    if (active.test(sight)) {
      lastActive = sight.time();
      return Math.max(1, asked);
    }
    return sight.time() - lastActive >= COOL_DOWN ? 0 : asked;
  }

  @Override
  public String reason() {
    return above.reason();
  }
}
