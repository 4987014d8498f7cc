// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds the server's clock against ours, which never jumps: idle times that Redis tells are
 * differences of its clock.
 *
 * <p>Threads: the keeper's.
 */
final class ClockWatch {

  private static final Duration LONGEST_JUMP = Duration.ofSeconds(5);

  private final Duration limit;
  private @Nullable Look before;

  private record Look(Duration server, long nanos) {}

  /**
   * Starts afresh.
   *
   * @param reclaimAfter the idle time that is judged by; a jump of half of it is too much
   */
  ClockWatch(Duration reclaimAfter) {
    var half = reclaimAfter.dividedBy(2);
    this.limit = half.compareTo(LONGEST_JUMP) < 0 ? half : LONGEST_JUMP;
  }

  /** Forgets what it saw: it was another server's clock, or nobody looked for long. */
  void forget() {
    before = null;
  }

  /**
   * Looks again.
   *
   * @param server the time that the server tells
   * @param nanos nanoTime when it did
   * @return how far its clock has jumped since the last look, where that is too far
   */
  Optional<Duration> look(Duration server, long nanos) {
    var last = before;
    before = new Look(server, nanos);
    if (last == null) {
      return Optional.empty();
    }
    var jump = server.minus(last.server).minusNanos(nanos - last.nanos);
    return jump.abs().compareTo(limit) > 0 ? Optional.of(jump) : Optional.empty();
  }
}
