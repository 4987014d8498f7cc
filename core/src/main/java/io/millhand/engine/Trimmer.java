// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.config.Retention;
import io.millhand.event.Event;
import io.millhand.redis.KeeperCommands;
import io.millhand.redis.KeeperCommands.Loss;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the retention rule, and tells what it took.
 *
 * <p>Threads: its keeper's.
 *
 * <p>Owns: what it has told of other groups.
 *
 * <p>Promise: short steps; a loss is counted by the step that makes it.
 */
final class Trimmer {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.keeper");

  /** Steps in one go: a long stream leaves the server room to breathe. */
  private static final int STEPS = 20;

  private final Retention retention;
  private final Events events;
  private List<String> others = List.of();

  Trimmer(Retention retention, Events events) {
    this.retention = retention;
    this.events = events;
  }

  /** How far it got. */
  enum Progress {
    /** All done. */
    DONE,
    /** More is there; go on soon. */
    MORE
  }

  Progress trim(KeeperCommands redis) {
    if (retention instanceof Retention.DeleteOnAck) {
      watchGroups(redis);
      return Progress.DONE;
    }
    long count = 0;
    var losses = new LinkedHashMap<String, Loss>();
    var more = true;
    for (int step = 0; step < STEPS && more; step++) {
      var trimmed = redis.trim(retention);
      count += trimmed.count();
      trimmed.losses().forEach(loss -> losses.merge(loss.group(), loss, Trimmer::sum));
      more = trimmed.more();
    }
    tell(count, losses);
    return more ? Progress.MORE : Progress.DONE;
  }

  private static Loss sum(Loss one, Loss other) {
    return new Loss(one.group(), one.pending() + other.pending(), one.unread() + other.unread());
  }

  private void tell(long count, Map<String, Loss> losses) {
    if (count > 0) {
      log.debug("{}: trimmed {} entries", events.by, count);
      events.emit(new Event.StreamTrimmed(events.by, count));
    }
    for (var loss : losses.values()) {
      log.warn(
          "{}: the hard cap took {} entries that the group {} had not been given, and {} that were pending there: they are lost to it. Speed that group up, raise the cap, or choose a rule that keeps what is unfinished.",
          events.by,
          loss.unread(),
          loss.group(),
          loss.pending());
      events.emit(new Event.CapLoss(events.by, loss.group(), loss.pending(), loss.unread()));
    }
  }

  /** Each delete is checked where it is made; here it is only told that there are none. */
  private void watchGroups(KeeperCommands redis) {
    var found = redis.otherGroups();
    if (found.isEmpty() && !others.isEmpty()) {
      log.info("{}: this is the stream's only group again; what is acked is deleted", events.by);
    } else if (!found.isEmpty() && !found.equals(others)) {
      log.warn(
          "{}: the stream has other groups, too ({}), so what is acked is not deleted. Destroy those that nobody needs, or choose Retention.finished, which waits for all groups.",
          events.by,
          found);
      events.emit(new Event.DeletesNothing(events.by, found));
    }
    others = found;
  }
}
