// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import java.time.Duration;

/** The shorter of two durations. */
final class Shorter {

  private Shorter() {}

  static Duration of(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
