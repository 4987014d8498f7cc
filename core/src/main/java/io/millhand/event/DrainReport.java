// SPDX-License-Identifier: Apache-2.0
package io.millhand.event;

import io.millhand.delivery.EntryId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a worker ended.
 *
 * @param settled entries whose handlers ended, and whose settlement Redis confirmed, while it
 *     drained
 * @param released entries handed back unattempted while it drained
 * @param leftBehind entries that are still pending under its name, since Redis did not confirm:
 *     others take them over
 * @param took how long it took
 * @param failure why the worker gave up, where it did
 */
public record DrainReport(
    long settled,
    long released,
    List<EntryId> leftBehind,
    Duration took,
    Optional<Throwable> failure) {

  /** Whether nothing is left behind and nothing failed. */
  public boolean isClean() {
    return leftBehind.isEmpty() && failure.isEmpty();
  }

  @Override
  public String toString() {
    return "%d settled, %d released, %d left behind in %d ms%s"
        .formatted(
            settled,
            released,
            leftBehind.size(),
            took.toMillis(),
            failure.map(cause -> "; failed: " + cause).orElse(""));
  }
}
