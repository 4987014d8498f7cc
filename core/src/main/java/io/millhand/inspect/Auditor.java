// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.EntryId;
import io.millhand.inspect.Interventions.Gap;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import io.millhand.inspect.Stray.Evidence;
import io.millhand.redis.AuditReads;
import io.millhand.redis.AuditReads.Page;
import io.millhand.redis.Failure;
import io.millhand.redis.InspectCommands;
import io.millhand.redis.Keys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * Looks for a group's strays, page by page. What looks like one is looked at again before it counts
 * as one: between two questions it may have been settled. Used once, by one thread.
 */
final class Auditor {

  /** Beyond that many they are counted no farther. */
  private static final int MOST = 10_000;

  private static final int LINES = 100;

  /** So many bytes of bodies at a time where entries are walked, about. */
  private static final long BODIES = 256 * 1024;

  private final Inspector inspector;
  private final Turns<InspectCommands> turns;
  private final Keys keys;
  private final LongConsumer progress;
  private final TreeMap<EntryId, Evidence> strays = new TreeMap<>();
  private long seen;

  Auditor(Inspector inspector, Turns<InspectCommands> turns, Keys keys, LongConsumer progress) {
    this.inspector = inspector;
    this.turns = turns;
    this.keys = keys;
    this.progress = progress;
  }

  AuditReport audit(int limit) {
    var group = inspector.group(keys.stream(), keys.group());
    var history = Interventions.of(lines());
    var epoch = ask(redis -> redis.audit().epoch(keys)).orElse(0L);
    scheduled(group);
    recorded(group, history, epoch);
    givenUp(group, history);
    history.gaps().forEach(gap -> skipped(gap, group, history));
    var isFull = isFull();
    var unread = withoutDead(group);
    return new AuditReport(
        keys.stream(),
        keys.group(),
        group.lastDelivered(),
        strays.entrySet().stream()
            .limit(limit)
            .map(each -> new Stray(each.getKey(), each.getValue()))
            .toList(),
        isFull ? new Lag.AtLeast(strays.size()) : new Lag.Exactly(strays.size()),
        isFull ? Optional.empty() : untold(group),
        history.unnamed(),
        unread);
  }

  private <R> R ask(Function<InspectCommands, R> question) {
    return turns.ask(keys.stream(), question);
  }

  private boolean isFull() {
    return strays.size() >= MOST;
  }

  /** What operators did to the group, oldest first. */
  private List<AuditLine> lines() {
    var lines = new ArrayList<AuditLine>();
    var before = Optional.<EntryId>empty();
    while (true) {
      var page = inspector.auditLines(keys.stream(), before, LINES);
      lines.addAll(page);
      if (page.size() < LINES) {
        return lines.reversed().stream()
            .filter(line -> line.group().filter(keys.group()::equals).isPresent())
            .toList();
      }
      before = Optional.of(page.getLast().id());
    }
  }

  private void scheduled(GroupSnapshot group) {
    walk(
        (reads, cursor) -> reads.due(keys, cursor),
        page -> {
          var gone = gone(group, List.copyOf(page.keySet()));
          if (!gone.isEmpty()) {
            keepScheduled(gone);
          }
        });
  }

  private void keepScheduled(List<EntryId> gone) {
    var now = ask(InspectCommands::serverMillis);
    var failures = ask(redis -> redis.failures(keys, gone));
    var due = ask(redis -> redis.dueTimes(keys, gone));
    var still = ask(redis -> redis.audit().notPending(keys, List.copyOf(due.keySet())));
    for (var id : still) {
      var dueIn = Duration.ofMillis(Math.max(0, due.getOrDefault(id, now) - now));
      keep(
          id,
          new Evidence.Scheduled(
              dueIn, Optional.ofNullable(failures.get(id)).map(Inspector::info)));
    }
  }

  private void recorded(GroupSnapshot group, Interventions history, long epoch) {
    walk(
        (reads, cursor) -> reads.failures(keys, cursor),
        page -> {
          var recent =
              page.entrySet().stream()
                  .filter(each -> each.getValue().lastMillis() >= epoch)
                  .filter(each -> !history.gaveAgain(each.getKey(), each.getValue().lastMillis()))
                  .map(Map.Entry::getKey)
                  .toList();
          var gone = gone(group, recent);
          if (!gone.isEmpty()) {
            keepRecorded(gone);
          }
        });
  }

  private void keepRecorded(List<EntryId> gone) {
    var left = ask(redis -> redis.failures(keys, gone));
    var still = ask(redis -> redis.audit().notPending(keys, List.copyOf(left.keySet())));
    for (var id : still) {
      var failure = left.getOrDefault(id, Failure.NONE);
      keep(id, new Evidence.Recorded(Inspector.info(failure)));
    }
  }

  private void givenUp(GroupSnapshot group, Interventions history) {
    var all = history.givenUp();
    var ids = List.copyOf(all.keySet());
    for (int from = 0; from < ids.size(); from += LINES) {
      var page = ids.subList(from, Math.min(ids.size(), from + LINES));
      for (var id : gone(group, page)) {
        Optional.ofNullable(all.get(id)).ifPresent(line -> keep(id, new Evidence.GivenUp(line)));
      }
    }
  }

  /** The end of the gap may lie above the group's position where somebody else set it back. */
  private void skipped(Gap gap, GroupSnapshot group, Interventions history) {
    var size = pageSize();
    var from = gap.after().next();
    while (!isFull() && from.compareTo(gap.to()) <= 0) {
      var start = from;
      var page = ask(redis -> redis.entriesBetween(keys.stream(), start, gap.to(), size));
      var ids =
          page.stream().map(entry -> entry.id()).filter(id -> !history.wasRedelivered(id)).toList();
      gone(group, ids).forEach(id -> keep(id, new Evidence.Skipped(gap.line())));
      tell(page.size());
      if (page.size() < size) {
        return;
      }
      from = page.getLast().id().next();
    }
  }

  private int pageSize() {
    var bytes = inspector.stream(keys.stream()).flatMap(stream -> stream.bytesPerEntry());
    return Math.clamp(BODIES / Math.max(1, bytes.orElse(BODIES / 50)), 1, LINES);
  }

  /** Those that the group was given, that are not pending, and that the stream still has. */
  private List<EntryId> gone(GroupSnapshot group, List<EntryId> ids) {
    var given = ids.stream().filter(id -> id.compareTo(group.lastDelivered()) <= 0).toList();
    var gone = ask(redis -> redis.audit().notPending(keys, given));
    if (gone.isEmpty()) {
      return gone;
    }
    var trimmed = ask(redis -> redis.audit().trimmed(keys.stream(), gone));
    return gone.stream().filter(id -> !trimmed.contains(id)).toList();
  }

  private void keep(EntryId id, Evidence evidence) {
    if (!isFull()) {
      strays.putIfAbsent(id, evidence);
    }
  }

  private <T> void walk(
      BiFunction<AuditReads, String, Page<T>> read, Consumer<Map<EntryId, T>> take) {
    var cursor = Optional.of("0");
    while (cursor.isPresent() && !isFull()) {
      var at = cursor.get();
      var page = ask(redis -> read.apply(redis.audit(), at));
      take.accept(page.rows());
      tell(page.rows().size());
      cursor = page.next();
    }
  }

  private void tell(long more) {
    seen += more;
    progress.accept(seen);
  }

  /** Takes out what has a dead letter; answers how many dead letters were not looked at. */
  private long withoutDead(GroupSnapshot group) {
    long looked = 0;
    if (strays.isEmpty()) {
      return 0;
    }
    // A dead letter is younger than its entry.
    var lowest = strays.firstKey().millis();
    for (var letter : inspector.deadLetters(keys.stream(), keys.group(), each -> true, MOST)) {
      looked++;
      if (letter.id().millis() < lowest) {
        return 0;
      }
      strays.remove(letter.entry());
    }
    return looked < MOST ? 0 : Math.max(0, group.dead() - looked);
  }

  private Optional<Long> untold(GroupSnapshot group) {
    if (!group.lag().isExact()) {
      return Optional.empty();
    }
    return inspector.stream(keys.stream())
        .map(
            stream ->
                stream.length()
                    - group.lag().entries()
                    - group.pending()
                    - group.deferred()
                    - strays.size())
        .map(count -> Math.max(0, count));
  }
}
