// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.delivery.EntryId;
import io.millhand.redis.ReadCommands;
import java.time.Duration;

/**
 * Keeps a {@link KeyOrder} true to the group's pending list: reads all of it before the first
 * entry, and again after whatever may have changed it unseen; asks now and then whether what is
 * away is still pending.
 *
 * <p>Threads: the intake alone, on the connection that reads: what a read before has brought is
 * known, and nothing comes in meanwhile.
 */
final class KeyUpkeep {

  private static final int PAGE = 1_000;
  private static final int CHECKED = 100;
  private static final int LOOKED_AT = 1_000;
  private static final Duration LATE = Duration.ofSeconds(1);
  private static final long PERIOD_NANOS = 500_000_000;

  private final KeyOrder order;
  private long connection = -1;
  private long term = -1;
  private long nextCheck;
  private long quietAt = System.nanoTime();

  KeyUpkeep(KeyOrder order) {
    this.order = order;
  }

  void run(ReadCommands reader, long onConnection, long inTerm) throws InterruptedException {
    if (connection != onConnection || term != inTerm) {
      connection = -1;
      awaitQuiet();
      learn(reader);
      connection = onConnection;
      term = inTerm;
      nextCheck = System.nanoTime() + PERIOD_NANOS;
    } else if (System.nanoTime() - nextCheck >= 0) {
      nextCheck = System.nanoTime() + PERIOD_NANOS;
      check(reader);
    }
  }

  /** Until then a read may be served that nobody hears of. */
  void notBefore(Duration longest) {
    quietAt = System.nanoTime() + longest.toNanos();
  }

  private void awaitQuiet() throws InterruptedException {
    var left = quietAt - System.nanoTime();
    if (left > 0) {
      new Signal().await(left);
    }
  }

  /** After the group was made anew: what is pending there now is not what it was. */
  void restart() {
    connection = -1;
  }

  private void learn(ReadCommands reader) {
    order.beginLearning();
    try {
      var from = EntryId.ZERO;
      while (true) {
        var page = reader.groupPending(from, PAGE);
        reader.bodies(order.unknown(page)).forEach(each -> order.learn(each.id(), each.fields()));
        if (page.size() < PAGE) {
          return;
        }
        from = page.get(page.size() - 1).next();
      }
    } finally {
      order.endLearning();
    }
  }

  private void check(ReadCommands reader) {
    var ids = order.toCheck(CHECKED, LOOKED_AT, LATE);
    if (!ids.isEmpty()) {
      order.ended(reader.ended(ids));
    }
  }
}
