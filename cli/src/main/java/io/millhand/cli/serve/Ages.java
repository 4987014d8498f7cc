// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.delivery.EntryId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** How old entries are, by their ids. */
final class Ages {

  /** Before there were streams. An id below it was chosen by hand, and is no time. */
  private static final Instant FIRST = Instant.parse("2018-01-01T00:00:00Z");

  private Ages() {}

  /** Seconds since the entry of that id was added; nothing where its id is no time. */
  static Optional<Double> of(Optional<EntryId> id, Instant now) {
    return id.map(EntryId::time).filter(FIRST::isBefore).map(time -> seconds(time, now));
  }

  private static double seconds(Instant time, Instant now) {
    return Math.max(0, Duration.between(time, now).toMillis()) / 1000.0;
  }
}
