// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.EntryId;
import io.millhand.error.NoGroupException;
import io.millhand.error.RefusedException;
import io.millhand.inspect.Actions.Handover;
import io.millhand.inspect.Actions.Redelivery;
import io.millhand.redis.InspectCommands.PendingRow;
import io.millhand.redis.Keys;
import io.millhand.redis.OperateCommands;
import io.millhand.redis.OperateCommands.Handed;
import io.millhand.redis.OperateCommands.Redelivered;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** An operator's actions on pending entries, a page at a time. */
final class Entries {

  private Entries() {}

  static Handover release(Deed deed, List<EntryId> ids) {
    deed.audit().with("ids", ids);
    return inPages(deed, ids, page -> deed.redis().release(deed.keys(), Optional.empty(), page));
  }

  static Handover releaseAll(Deed deed, String consumer) {
    if (consumer.equals(Keys.DEFERRED_CONSUMER)) {
      throw new RefusedException(
          "%s: %s owns what waits for its due time. Nothing was released: name ids to make them due now."
              .formatted(deed.keys(), consumer));
    }
    deed.audit().with("consumer", consumer);
    long done = 0;
    var trimmed = new ArrayList<EntryId>();
    var from = EntryId.ZERO;
    var end = deed.redis().newest(deed.keys().stream());
    while (true) {
      // A consumer that goes on to read must not keep this going.
      var ids =
          pendingOf(deed, consumer, from).stream().filter(id -> id.compareTo(end) <= 0).toList();
      if (ids.isEmpty()) {
        return new Handover(done, List.copyOf(trimmed), List.of());
      }
      var part =
          inPages(
              deed, ids, page -> deed.redis().release(deed.keys(), Optional.of(consumer), page));
      done += part.done();
      trimmed.addAll(part.trimmed());
      from = ids.get(ids.size() - 1).next();
    }
  }

  private static List<EntryId> pendingOf(Deed deed, String consumer, EntryId from) {
    var keys = deed.keys();
    return deed
        .redis()
        .look()
        .pending(keys.stream(), keys.group(), from, OperateCommands.PAGE, Optional.of(consumer))
        .stream()
        .map(PendingRow::id)
        .toList();
  }

  static Handover claim(Deed deed, String to, List<EntryId> ids) {
    if (to.equals(Keys.DEFERRED_CONSUMER)) {
      throw new RefusedException(
          "%s: %s is reserved. Nothing was claimed: release the entries instead."
              .formatted(deed.keys(), to));
    }
    deed.audit().with("to", to).with("ids", ids);
    return inPages(deed, ids, page -> deed.redis().claim(deed.keys(), to, page));
  }

  static Handover ack(Deed deed, List<EntryId> ids) {
    deed.audit().with("ids", ids);
    var handover =
        inPages(
            deed,
            ids,
            page ->
                deed.redis().ack(deed.keys(), page).stream()
                    .map(done -> done ? Handed.DONE : Handed.GONE)
                    .toList());
    // An audit must not hold what was left alone for given up.
    deed.audit().with("ids", ids.stream().filter(id -> !handover.missed().contains(id)).toList());
    return handover;
  }

  static Redelivery redeliver(Deed deed, List<EntryId> ids) {
    deed.audit().with("ids", ids);
    var results = new LinkedHashMap<EntryId, Redelivered>();
    for (int from = 0; from < ids.size(); from += OperateCommands.PAGE) {
      var page = ids.subList(from, Math.min(ids.size(), from + OperateCommands.PAGE));
      var part = deed.redis().redeliver(deed.keys(), page);
      if (part.contains(Redelivered.NONE)) {
        throw new NoGroupException(
            "the stream %s has no group %s".formatted(deed.keys().stream(), deed.keys().group()),
            null);
      }
      for (int i = 0; i < page.size(); i++) {
        results.put(page.get(i), part.get(i));
      }
      deed.audit().counts(part.stream().filter(Redelivered.DONE::equals).count());
    }
    var done = those(results, Redelivered.DONE);
    deed.audit().with("ids", done);
    return new Redelivery(
        done.size(),
        those(results, Redelivered.PENDING),
        those(results, Redelivered.TRIMMED),
        those(results, Redelivered.UNREAD));
  }

  private static List<EntryId> those(Map<EntryId, Redelivered> results, Redelivered wanted) {
    return results.entrySet().stream()
        .filter(each -> each.getValue() == wanted)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static Handover inPages(
      Deed deed, List<EntryId> ids, Function<List<EntryId>, List<Handed>> action) {
    long done = 0;
    var trimmed = new ArrayList<EntryId>();
    var missed = new ArrayList<EntryId>();
    for (int from = 0; from < ids.size(); from += OperateCommands.PAGE) {
      var page = ids.subList(from, Math.min(ids.size(), from + OperateCommands.PAGE));
      var results = action.apply(page);
      for (int i = 0; i < page.size(); i++) {
        switch (results.get(i)) {
          case DONE -> done++;
          case TRIMMED -> trimmed.add(page.get(i));
          case GONE -> missed.add(page.get(i));
        }
      }
      deed.audit().counts(results.stream().filter(each -> each != Handed.GONE).count());
    }
    return new Handover(done, List.copyOf(trimmed), List.copyOf(missed));
  }
}
