// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.config.Checks;
import io.millhand.delivery.EntryId;
import io.millhand.event.Event;
import io.millhand.redis.KeeperCommands;
import io.millhand.redis.KeeperCommands.Consumer;
import io.millhand.redis.KeeperCommands.HandedOn;
import io.millhand.redis.KeeperCommands.PendingRow;
import io.millhand.redis.WorkerCommands.Peer;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands on what others left pending, a page at a time: what the dead left, and what consumers that
 * are not ours hold for too long.
 *
 * <p>Threads: its keeper, or a worker that waits for its name.
 */
final class Reclaimer {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.keeper");

  /** Pages in one go: a large takeover leaves the server room to breathe. */
  private static final int PAGES = 20;

  private final Events events;

  Reclaimer(Events events) {
    this.events = events;
  }

  /** How far it got. */
  enum Progress {
    /** All done. */
    DONE,
    /** More is there; go on soon. */
    MORE,
    /** Its owner lives after all, or we may not. */
    STOPPED
  }

  /**
   * A walk through somebody's pending list.
   *
   * @param progress how far it got
   * @param next where to go on
   */
  record Walk(Progress progress, EntryId next) {}

  /** Hands on what a dead worker left, then deletes its consumer and its registration. */
  Progress bury(KeeperCommands redis, Peer dead) {
    var progress =
        handOn(
                dead.consumer(),
                Duration.ZERO,
                EntryId.ZERO,
                from -> redis.pendingOf(dead.consumer(), from),
                ids -> redis.handOn(dead, ids))
            .progress();
    if (progress != Progress.DONE) {
      return progress;
    }
    if (!redis.bury(dead)) {
      return Progress.STOPPED;
    }
    log.info(
        "{}: the consumer {} is dead and empty, and was deleted",
        events.by,
        Checks.escaped(dead.consumer()));
    events.emit(new Event.Buried(events.by, dead.consumer()));
    return Progress.DONE;
  }

  /** Hands on what a consumer that is not ours has held for that long, from that id on. */
  Walk takeFrom(KeeperCommands redis, Consumer consumer, Duration minIdle, EntryId start) {
    return handOn(
        consumer.name(),
        minIdle,
        start,
        from -> redis.pendingOf(consumer.raw(), from),
        ids -> redis.handOnForeign(consumer.raw(), minIdle, ids));
  }

  private Walk handOn(
      String consumer,
      Duration minIdle,
      EntryId start,
      Function<EntryId, List<PendingRow>> pending,
      Function<List<EntryId>, HandedOn> handOn) {
    var from = start;
    var count = 0;
    var progress = Progress.MORE;
    for (int page = 0; page < PAGES && progress == Progress.MORE; page++) {
      var rows = pending.apply(from);
      var old =
          rows.stream()
              .filter(row -> row.idle().compareTo(minIdle) >= 0)
              .map(PendingRow::id)
              .toList();
      if (!old.isEmpty()) {
        if (!(handOn.apply(old) instanceof HandedOn.Ok ok)) {
          progress = Progress.STOPPED;
          break;
        }
        count += ok.count();
        tellTrimmed(ok.trimmed());
      }
      if (rows.size() < KeeperCommands.PAGE) {
        progress = Progress.DONE;
      } else {
        from = rows.get(rows.size() - 1).id().next();
      }
    }
    tell(consumer, count);
    return new Walk(progress, from);
  }

  private void tell(String consumer, int count) {
    if (count > 0) {
      log.info(
          "{}: took {} entries over from the consumer {}; they are due now",
          events.by,
          count,
          Checks.escaped(consumer));
      events.emit(new Event.Reclaimed(events.by, consumer, count));
    }
  }

  private void tellTrimmed(List<EntryId> ids) {
    if (!ids.isEmpty()) {
      log.warn(
          "{}: {} pending entries were trimmed from the stream before they were done, and are lost to this group: {}",
          events.by,
          ids.size(),
          ids);
      events.emit(new Event.Trimmed(events.by, ids));
    }
  }
}
