// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import java.time.Duration;

/**
 * How many workers there are taken to be: as many as were advised last. Where there is another
 * number for minutes, somebody else decides, too: another replica, or a person. What that one did
 * is what there is; so two that would differ by one agree. Not thread-safe.
 */
final class Agreement {

  /** Longer than workers take to start, as a rule. */
  private static final Duration AGREED = Duration.ofMinutes(2);

  private int otherwise = -1;
  private Duration since = Duration.ZERO;

  /**
   * Of workers that were asked for, by us and by whoever else.
   *
   * @param advised what we advised last
   * @param requested what was asked for, or is there
   */
  int present(int advised, int requested, Duration now) {
    if (requested == advised || requested != otherwise) {
      otherwise = requested;
      since = now;
    }
    return now.minus(since).compareTo(AGREED) < 0 ? advised : requested;
  }
}
