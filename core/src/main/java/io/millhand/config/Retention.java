// SPDX-License-Identifier: Apache-2.0
package io.millhand.config;

import java.time.Duration;

/** What the keeper trims from the stream. Redis itself never frees an acked entry. */
public sealed interface Retention {

  /** Nothing: the stream grows, or someone else trims it. The default. */
  static Retention keepAll() {
    return KeepAll.INSTANCE;
  }

  /**
   * What every group of the stream has finished and is older than that. Never what some group has
   * not finished: a group that nobody works on any more, and an entry deferred for a month, hold
   * the stream from there on.
   */
  static Retention finished(Duration keepFor) {
    return new Finished(keepFor);
  }

  /**
   * All but about so many newest entries, <strong>finished or not</strong>: loses entries when
   * groups fall behind. Each loss that can be seen is reported.
   */
  static Retention hardCap(long entries) {
    return new HardCap(entries);
  }

  /** Keep everything. */
  record KeepAll() implements Retention {
    private static final KeepAll INSTANCE = new KeepAll();
  }

  /**
   * Trim what is finished.
   *
   * @param keepFor how long entries are kept at least
   */
  record Finished(Duration keepFor) implements Retention {}

  /**
   * Trim regardless of groups.
   *
   * @param entries how many to keep, about
   */
  record HardCap(long entries) implements Retention {}
}
