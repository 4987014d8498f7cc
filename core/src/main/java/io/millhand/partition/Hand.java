// SPDX-License-Identifier: Apache-2.0
package io.millhand.partition;

import io.millhand.event.Health;

/** The worker of one partition, as its crew sees it. */
public interface Hand {

  /** Drains it. */
  void close();

  /** Cuts a drain short. */
  void closeNow();

  /** Whether it has stopped, for whatever reason. */
  boolean isOver();

  /** How it is. */
  Health health();

  /** Starts the worker of a partition; may take long, and ends early when it is interrupted. */
  @FunctionalInterface
  interface Hiring {
    Hand start(Partition partition, Start start);
  }

  /** Where a group that does not exist in a partition begins. */
  enum Start {
    /** Where the settings say. */
    CONFIGURED,
    /** At its beginning: the partition was made when the group was there. */
    BEGINNING
  }
}
