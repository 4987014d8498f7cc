// SPDX-License-Identifier: Apache-2.0
package io.millhand.config;

import java.time.Duration;

/**
 * What must have happened to an entry, besides that Redis has it, before its send returns.
 *
 * <p>It is a report and no vote: where too few confirm in time, {@link
 * io.millhand.error.NotDurableException} tells so, and the entry stays. Entries that are sent
 * together share one question.
 */
public sealed interface Durability {

  /** Nothing: the server that was asked has it in memory. The default. */
  record None() implements Durability {}

  /**
   * Replicas have it in memory ({@code WAIT}).
   *
   * @param count how many, 1 to 1,000
   * @param within how long to wait for them, 1 ms to 5 min
   */
  record Replicas(int count, Duration within) implements Durability {}

  /**
   * It is in the append-only file on disk, by fsync ({@code WAITAOF}, from Redis 7.2 and Valkey 7.2
   * on).
   *
   * @param replicas on how many replicas' disks besides the server's own, 0 to 1,000
   * @param within how long to wait for them, 1 ms to 5 min
   */
  record Fsynced(int replicas, Duration within) implements Durability {}

  /** Nothing more: a failover may lose entries whose send returned. */
  static Durability none() {
    return new None();
  }

  /** That many replicas have the entry; they are waited for, so long at most. */
  static Durability replicas(int count, Duration within) {
    return new Replicas(count, within);
  }

  /**
   * The server has the entry on its disk. With {@code appendfsync everysec} that takes a second or
   * two, with {@code always} no longer than the disk.
   */
  static Durability fsynced(Duration within) {
    return new Fsynced(0, within);
  }

  /** The server and that many replicas have the entry on their disks. */
  static Durability fsynced(int replicas, Duration within) {
    return new Fsynced(replicas, within);
  }
}
