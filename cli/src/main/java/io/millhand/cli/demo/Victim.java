// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A worker that was killed.
 *
 * <p>Threads: the parent's loop alone.
 */
final class Victim {

  private final String name;
  private final Instant killed;
  private final Instant gone;
  private final long goneNanos;

  /** Written once, when another worker begins what this one left. */
  private @Nullable Duration recovered;

  /**
   * Made when it is gone.
   *
   * @param name the worker
   * @param killed just before the signal was sent, by the wall clock, as the ledgers go
   * @param gone when its process had ended
   */
  Victim(String name, Instant killed, Instant gone) {
    this.name = name;
    this.killed = killed;
    this.gone = gone;
    this.goneNanos = System.nanoTime();
  }

  String name() {
    return name;
  }

  Instant killed() {
    return killed;
  }

  Instant gone() {
    return gone;
  }

  /** From the signal to the process' end. */
  Duration dying() {
    return Duration.between(killed, gone);
  }

  /** How long it has been dead. */
  Duration dead() {
    return Duration.ofNanos(System.nanoTime() - goneNanos);
  }

  boolean isRecovered() {
    return recovered != null;
  }

  void recover() {
    recovered = dying().plus(dead());
  }

  /** From the kill until another worker began what it left, as the workers told. */
  Optional<Duration> recovery() {
    return Optional.ofNullable(recovered);
  }
}
