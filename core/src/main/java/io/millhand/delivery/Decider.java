// SPDX-License-Identifier: Apache-2.0
package io.millhand.delivery;

/**
 * Handles one entry at a time and says how it is to be settled. Called by many threads at once.
 *
 * @param <T> the payload's type
 */
@FunctionalInterface
public interface Decider<T> {

  /**
   * Handles the delivery.
   *
   * @return how to settle it
   * @throws Exception whatever went wrong; the retry policy then decides
   */
  Outcome decide(Delivery<T> delivery) throws Exception;
}
