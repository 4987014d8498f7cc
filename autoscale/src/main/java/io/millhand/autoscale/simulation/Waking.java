// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import java.util.function.Predicate;

/**
 * Goes from 0 to 1 and back as KEDA does, and leaves the rest to a HorizontalPodAutoscaler, which
 * cannot: 1 as soon as it sees that something is to be done, 0 when nothing was for a time.
 */
final class Waking implements Decider {

  private final Decider above;
  private final Predicate<Sight> active;
  private final Manner manner;
  private int lastActive;

  /**
   * How often it looks, and how long nothing was to be done until it goes to 0.
   *
   * @param every seconds between two looks; 1 where it is told at once
   * @param coolDown seconds; KEDA's {@code cooldownPeriod}
   */
  record Manner(int every, int coolDown) {

    /** KEDA's defaults. */
    static final Manner USUAL = new Manner(30, 300);
  }

  /**
   * Looks at times.
   *
   * @param above who decides from 1 on
   * @param active whether something is to be done
   */
  Waking(Decider above, Predicate<Sight> active, Manner manner) {
    this.above = above;
    this.active = active;
    this.manner = manner;
  }

  @Override
  public int ask(Sight sight) {
    var asked = above.ask(sight);
    if (!sight.known() || sight.time() % manner.every() != 0) {
      return asked;
    }
    if (active.test(sight)) {
      lastActive = sight.time();
      return Math.max(1, asked);
    }
    return sight.time() - lastActive >= manner.coolDown() ? 0 : asked;
  }

  @Override
  public String reason() {
    return above.reason();
  }
}
