// SPDX-License-Identifier: Apache-2.0
package io.millhand.delivery;

/**
 * Handles one entry at a time. Called by many threads at once.
 *
 * @param <T> the payload's type
 */
@FunctionalInterface
public interface Handler<T> {

  /**
   * Handles the delivery. Returning acks it; throwing lets the retry policy decide. An interrupt
   * means that the handler timed out or that the worker stops: leave soon.
   *
   * @throws Exception whatever went wrong
   */
  void handle(Delivery<T> delivery) throws Exception;
}
