// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.EntryId;
import io.millhand.error.NoGroupException;
import io.millhand.inspect.Snapshots.DeadLetter;
import io.millhand.redis.InspectCommands;
import io.millhand.redis.InspectCommands.PendingRow;
import io.millhand.redis.Keys;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds an entry in a group's work. */
final class Locator {

  private static final int PAGE = 500;

  /** How far to count, and how many dead letters to look through. */
  private static final int LIMIT = 10_000;

  private final InspectCommands redis;
  private final Keys keys;

  Locator(InspectCommands redis, Keys keys) {
    this.redis = redis;
    this.keys = keys;
  }

  Place locate(EntryId id) {
    var facts =
        redis
            .survey()
            .streams(List.of(keys.stream()))
            .get(0)
            .orElseThrow(() -> new NoGroupException("there is no stream " + keys.stream(), null));
    var delivered = delivered(facts.groups());
    var newest = EntryId.parse(facts.stream().getOrDefault("last-generated-id", "0-0"));
    if (newest.compareTo(id) < 0) {
      return new Place.Never(newest);
    }
    var isThere = redis.entry(keys.stream(), id).isPresent();
    if (isThere && id.compareTo(delivered) > 0) {
      return new Place.Unread(between(delivered, id));
    }
    var pending = redis.pending(keys.stream(), keys.group(), id, 1, Optional.empty());
    if (!pending.isEmpty() && pending.get(0).id().equals(id)) {
      return isThere ? pending(pending.get(0)) : new Place.TrimmedInHand(pending.get(0).consumer());
    }
    var letter = deadLetter(id);
    if (letter.isPresent()) {
      return new Place.Dead(letter.get());
    }
    return isThere
        ? new Place.Handled()
        : new Place.Gone(
            Optional.ofNullable(facts.stream().get("first-entry")).map(EntryId::parse));
  }

  private EntryId delivered(List<Map<String, String>> groups) {
    return groups.stream()
        .filter(group -> keys.group().equals(group.get("name")))
        .findFirst()
        .map(group -> EntryId.parse(group.getOrDefault("last-delivered-id", "0-0")))
        .orElseThrow(
            () ->
                new NoGroupException(
                    "the stream %s has no group %s".formatted(keys.stream(), keys.group()), null));
  }

  private Lag between(EntryId delivered, EntryId id) {
    long count = 0;
    for (var from = delivered.next(); count < LIMIT; ) {
      var page = redis.entriesBetween(keys.stream(), from, id, PAGE);
      count += page.size();
      if (page.size() < PAGE) {
        return new Lag.Exactly(Math.max(0, count - 1));
      }
      from = page.get(page.size() - 1).id().next();
    }
    return new Lag.AtLeast(count);
  }

  private Place pending(PendingRow row) {
    var failure =
        Optional.ofNullable(redis.failures(keys, List.of(row.id())).get(row.id()))
            .map(Inspector::info);
    if (!row.consumer().equals(Keys.DEFERRED_CONSUMER)) {
      return new Place.InHand(row.consumer(), row.idle(), row.deliveries(), failure);
    }
    var now = redis.serverMillis();
    return new Place.Deferred(
        Optional.ofNullable(redis.dueTimes(keys, List.of(row.id())).get(row.id()))
            .map(due -> Duration.ofMillis(Math.max(0, due - now))),
        failure);
  }

  /** Dead letters are younger than their entries, so those that are older need no look. */
  private Optional<DeadLetter> deadLetter(EntryId id) {
    var before = Optional.<EntryId>empty();
    for (int seen = 0; seen < LIMIT; seen += PAGE) {
      var page = redis.newestEntries(keys.dead(), before, PAGE);
      for (var entry : page) {
        if (entry.id().millis() < id.millis()) {
          return Optional.empty();
        }
        var letter = DeadLetters.read(entry);
        if (letter.entry().equals(id)) {
          return Optional.of(letter);
        }
      }
      if (page.size() < PAGE) {
        return Optional.empty();
      }
      before = Optional.of(page.get(page.size() - 1).id());
    }
    return Optional.empty();
  }
}
