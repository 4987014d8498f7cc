// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

/** What {@link Scaler} says: a number of workers, or that it cannot tell. */
public sealed interface Advice {

  /** Why, in words and figures; safe to print. */
  String reason();

  /**
   * So many workers are needed.
   *
   * @param workers within the bounds of the policy
   * @param reason why
   */
  record Need(int workers, String reason) implements Advice {}

  /**
   * It cannot be told: whoever scales leaves the fleet as it is. It is neither 0 nor a failure.
   *
   * @param reason what is not known
   */
  record Unknown(String reason) implements Advice {}
}
