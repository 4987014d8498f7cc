// SPDX-License-Identifier: Apache-2.0
package io.millhand.delivery;

/**
 * Handles several entries in one call, for example in one database transaction.
 *
 * @param <T> the payload's type
 */
@FunctionalInterface
public interface BatchHandler<T> {

  /**
   * Handles the batch. On return every delivery that was not settled through {@link Batch#settle}
   * is acked; on a throw the retry policy decides for each of those.
   *
   * @throws Exception whatever went wrong
   */
  void handle(Batch<T> batch) throws Exception;
}
