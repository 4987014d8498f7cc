// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.EntryId;
import io.millhand.redis.OperateCommands;
import io.millhand.redis.OperateCommands.Direction;
import java.util.Optional;

/** Counts entries as far as is cheap. */
final class Tally {

  /** How far to count. */
  static final int LIMIT = 10_000;

  /** The greatest id there can be. */
  static final EntryId HIGHEST = new EntryId(-1L, -1L);

  private Tally() {}

  /** Entries from one id to another, both included. */
  static Lag between(OperateCommands redis, String stream, EntryId lowest, EntryId highest) {
    long counted = 0;
    var from = lowest;
    while (counted <= LIMIT && from.compareTo(highest) <= 0) {
      var page = redis.count(stream, Direction.UP, from, highest, OperateCommands.PAGE);
      counted += page.entries();
      if (page.entries() < OperateCommands.PAGE || page.last().isEmpty()) {
        return new Lag.Exactly(counted);
      }
      from = page.last().get().next();
    }
    return counted > LIMIT ? new Lag.AtLeast(LIMIT) : new Lag.Exactly(counted);
  }

  /** The lowest of the newest entries, so many of them; empty where there are fewer. */
  static Optional<EntryId> newest(OperateCommands redis, String stream, long entries) {
    var highest = HIGHEST;
    var lowest = Optional.<EntryId>empty();
    for (long left = entries; left > 0; left -= OperateCommands.PAGE) {
      var size = (int) Math.min(OperateCommands.PAGE, left);
      var page = redis.count(stream, Direction.DOWN, EntryId.ZERO, highest, size);
      if (page.entries() < size) {
        return Optional.empty();
      }
      lowest = page.last();
      highest = lowest.orElseThrow().previous();
    }
    return lowest;
  }
}
