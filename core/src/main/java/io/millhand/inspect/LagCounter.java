// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.EntryId;
import io.millhand.redis.Keys;
import io.millhand.redis.SurveyCommands;
import io.millhand.redis.SurveyCommands.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts what Redis cannot tell, for all such groups at the same time: so far and no farther, since
 * the entries come over the wire for it.
 */
final class LagCounter {

  /** How many entries of one group are counted at most. */
  static final int MOST = 10_000;

  /** How many bytes of entries are read for all groups of one look, about. */
  private static final long BYTES = 2 << 20;

  /** Entries in one question: a short stop of the server. */
  private static final int PAGE = 500;

  private final SurveyCommands redis;

  LagCounter(SurveyCommands redis) {
    this.redis = redis;
  }

  /**
   * A group of which the lag is not known.
   *
   * @param keys its keys
   * @param delivered its last delivered id
   * @param entryBytes how large entries of the stream are
   */
  record Unknown(Keys keys, EntryId delivered, long entryBytes) {}

  /** Where the count of one group stands. Confined to one call. */
  private static final class Count {
    private final Unknown group;
    private final int limit;
    private EntryId after;
    private int counted;
    private boolean atEnd;

    Count(Unknown group, long bytes) {
      this.group = group;
      this.limit = Math.clamp(bytes / Math.max(1, group.entryBytes()), 1, MOST);
      this.after = group.delivered();
    }

    boolean goesOn() {
      return !atEnd && counted < limit;
    }

    Part next() {
      return new Part(group.keys().stream(), after, Math.min(PAGE, limit - counted));
    }

    void add(List<EntryId> page, int asked) {
      counted += page.size();
      atEnd = page.size() < asked;
      if (!page.isEmpty()) {
        after = page.get(page.size() - 1);
      }
    }

    Lag lag() {
      return atEnd ? new Lag.Exactly(counted) : new Lag.AtLeast(counted);
    }
  }

  /** The lag of each of those groups. */
  Map<Keys, Lag> count(List<Unknown> groups) {
    var counts = groups.stream().map(group -> new Count(group, BYTES / groups.size())).toList();
    for (var open = counts;
        !open.isEmpty();
        open = counts.stream().filter(Count::goesOn).toList()) {
      var parts = new ArrayList<Part>();
      open.forEach(count -> parts.add(count.next()));
      var pages = redis.ids(parts);
      for (int i = 0; i < parts.size(); i++) {
        open.get(i).add(pages.get(i), parts.get(i).count());
      }
    }
    var lags = new HashMap<Keys, Lag>();
    counts.forEach(count -> lags.put(count.group.keys(), count.lag()));
    return lags;
  }
}
