// SPDX-License-Identifier: Apache-2.0
package io.millhand.config;

import java.time.Duration;

/**
 * What goes from the stream, and when. Redis itself never frees an acked entry. The keeper applies
 * it, one worker of the group at a time; only {@link #deleteOnAck} is applied by each worker.
 */
public sealed interface Retention {

  /** Nothing goes: the stream grows, or someone else trims it. The default. */
  static Retention keepAll() {
    return KeepAll.INSTANCE;
  }

  /**
   * What every group of the stream has finished and is older than that. Never what some group has
   * not finished: a group that nobody works on any more, and an entry deferred for a month, hold
   * the stream from there on. Some hundred finished entries stay, since Redis trims whole nodes.
   */
  static Retention finished(Duration keepFor) {
    return new Finished(keepFor, 0);
  }

  /**
   * What every group of the stream has finished, but for so many newest entries. With a time as
   * well: {@code new Retention.Finished(keepFor, entries)}.
   */
  static Retention finishedBut(long entries) {
    return new Finished(Duration.ZERO, entries);
  }

  /**
   * All but so many newest entries, <strong>finished or not</strong>: loses entries when groups
   * fall behind. What each group loses is counted, told as an event, and kept in Redis. The stream
   * is longer between two turns of the keeper.
   */
  static Retention hardCap(long entries) {
    return new HardCap(entries);
  }

  /**
   * Each entry when it is acked, or dead-lettered with its whole body: for a stream that is a queue
   * of this one group. While the stream has any other group nothing is deleted, and the keeper
   * tells so; what was acked meanwhile, and what others ack, stays until somebody trims it. All
   * workers of the group should have it.
   */
  static Retention deleteOnAck() {
    return DeleteOnAck.INSTANCE;
  }

  /** Keep everything. */
  record KeepAll() implements Retention {
    private static final KeepAll INSTANCE = new KeepAll();
  }

  /**
   * Trim what is finished.
   *
   * @param keepFor how long entries are kept at least
   * @param keepNewest how many of the newest are kept at least
   */
  record Finished(Duration keepFor, long keepNewest) implements Retention {}

  /**
   * Trim regardless of groups.
   *
   * @param entries how many to keep
   */
  record HardCap(long entries) implements Retention {}

  /** Delete what is acked. */
  record DeleteOnAck() implements Retention {
    private static final DeleteOnAck INSTANCE = new DeleteOnAck();
  }
}
