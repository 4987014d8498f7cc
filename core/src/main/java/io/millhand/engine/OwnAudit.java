// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.delivery.EntryId;
import io.millhand.error.UnavailableException;
import io.millhand.redis.Arrival;
import io.millhand.redis.ReadCommands;
import io.millhand.redis.ReadCommands.PendingId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds entries that Redis has given to us but that we do not hold: a reply was lost on the wire,
 * or an old read was served after we had gone. Walks our own pending list in pages, a whole round
 * at once after a reconnect, else a page a second.
 *
 * <p>Threads: the intake alone, on the connection that reads: so every reply to an earlier read has
 * been taken in before the question is asked.
 */
final class OwnAudit {

  private static final int PAGE = 100;
  private static final long PERIOD_NANOS = 1_000_000_000;

  /** A reply is on its way. */
  private static final long SOON_NANOS = 20_000_000;

  private static final Logger log = LoggerFactory.getLogger("io.millhand.intake");

  private final InFlight inFlight;
  private final Events events;
  private final Unbringable unbringable = new Unbringable();
  private final Map<EntryId, PendingId> settling = new LinkedHashMap<>();
  private EntryId cursor = EntryId.ZERO;
  private boolean wholeRound = true;
  private long nextAt;

  OwnAudit(InFlight inFlight, Events events) {
    this.inFlight = inFlight;
    this.events = events;
    this.nextAt = System.nanoTime();
  }

  /** Walk the whole list at once. */
  void restart() {
    cursor = EntryId.ZERO;
    wholeRound = true;
  }

  /** Bring it when what we hold of that entry has been settled: it came again before that. */
  void expect(Arrival again) {
    settling.put(again.id(), new PendingId(again.id(), again.count().deliveries()));
  }

  /** Whether there is something to ask now. */
  boolean isDue() {
    return wholeRound || System.nanoTime() - nextAt >= 0 || hasSettled();
  }

  /** Whether more is known to wait. */
  boolean hasMore() {
    return wholeRound || hasSettled();
  }

  long nanosLeft() {
    if (hasMore()) {
      return 0;
    }
    var left = Math.max(0, nextAt - System.nanoTime());
    return settling.isEmpty() ? left : Math.min(SOON_NANOS, left);
  }

  private boolean hasSettled() {
    return settling.keySet().stream().anyMatch(id -> !inFlight.contains(id));
  }

  private List<PendingId> settled(int limit) {
    var settled =
        settling.values().stream()
            .filter(each -> !inFlight.contains(each.id()))
            .limit(limit)
            .toList();
    settled.forEach(each -> settling.remove(each.id()));
    return settled;
  }

  /** Brings so many at most; puts ids that were gone from the stream into {@code trimmed}. */
  List<Arrival> next(ReadCommands redis, int limit, List<EntryId> trimmed) {
    var settled = settled(limit);
    if (!settled.isEmpty()) {
      return bring(redis, settled, trimmed);
    }
    nextAt = System.nanoTime() + PERIOD_NANOS;
    var page = redis.ownPending(cursor, PAGE);
    var unheld = new ArrayList<PendingId>();
    for (var each : page) {
      if (!inFlight.contains(each.id()) && !unbringable.waits(each.id(), System.nanoTime())) {
        if (unheld.size() == limit) {
          // Continue with this one when there is room.
          wholeRound = true;
          return bring(redis, unheld, trimmed);
        }
        unheld.add(each);
      }
      cursor = each.id().next();
    }
    if (page.size() < PAGE) {
      cursor = EntryId.ZERO;
      wholeRound = false;
    }
    return bring(redis, unheld, trimmed);
  }

  private List<Arrival> bring(ReadCommands redis, List<PendingId> unheld, List<EntryId> trimmed) {
    if (unheld.isEmpty()) {
      return List.of();
    }
    // An entry may have been acked, and so forgotten here, after the page was made.
    var still = redis.stillOwn(unheld);
    try {
      var arrivals = still.isEmpty() ? List.<Arrival>of() : redis.bring(still, trimmed);
      unbringable.forget(unheld.stream().map(PendingId::id).toList());
      return arrivals;
    } catch (UnavailableException e) {
      if (still.size() == 1 && e.mayHaveBeenDone()) {
        brokeOver(still.get(0).id(), e);
      }
      throw e;
    }
  }

  private void brokeOver(EntryId id, UnavailableException cause) {
    if (unbringable.failed(id, System.nanoTime())) {
      log.error(
          "{}: entry {} cannot be brought, the connection breaks over it each time: {} It may be larger than client-output-buffer-limit lets Redis send: raise that. It stays pending and is tried again every {} s; the others go on.",
          events.by,
          id,
          cause.getMessage(),
          Unbringable.WAIT_NANOS / 1_000_000_000);
    }
  }
}
