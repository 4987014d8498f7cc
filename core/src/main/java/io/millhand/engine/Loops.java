// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import java.util.List;
import java.util.stream.Stream;

/**
 * A worker's long-lived threads.
 *
 * @param intake reads
 * @param settle writes outcomes
 * @param heartbeat says that the worker lives
 * @param keeper looks after the group, where this worker is its keeper
 * @param watch ends handlers that run for too long
 */
record Loops(Loop intake, Loop settle, Loop heartbeat, Loop keeper, Loop watch) {

  private static final long JOIN_MILLIS = 200;
  private static final long JOIN_ABORTED_MILLIS = 1000;

  /** The intake last: what it brings finds the others at work. */
  void start() {
    List.of(settle, heartbeat, keeper, watch, intake).forEach(Loop::start);
  }

  /** How long the turn of that loop has taken which has been longest in one. */
  long longestTurnNanos() {
    return Stream.of(settle, heartbeat, keeper, watch, intake)
        .mapToLong(Loop::turnNanos)
        .max()
        .orElse(0);
  }

  /** Ends all; what waits for Redis is cut off. */
  void end(Connections connections) throws InterruptedException {
    var all = List.of(intake, settle, keeper, watch, heartbeat);
    all.forEach(Loop::end);
    for (var loop : all) {
      if (!loop.join(JOIN_MILLIS)) {
        connections.abort();
        loop.interrupt();
        loop.join(JOIN_ABORTED_MILLIS);
      }
    }
  }
}
