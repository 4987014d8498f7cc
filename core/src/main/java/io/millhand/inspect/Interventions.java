// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.EntryId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What operators did to a group, as far as it tells which entries were taken from it, or given to
 * it again. Built from its audit lines, oldest first. Pure.
 */
final class Interventions {

  /**
   * Entries that a group was set forward past.
   *
   * @param after the range begins after that
   * @param to its last id
   * @param line who, and when
   */
  record Gap(EntryId after, EntryId to, AuditLine line) {
    boolean isEmpty() {
      return after.compareTo(to) >= 0;
    }

    Gap within(EntryId lowest, EntryId highest) {
      return new Gap(max(after, lowest), min(to, highest), line);
    }
  }

  /** From then on everything above that id was given out again. */
  private record Again(long millis, EntryId after) {}

  private final Map<EntryId, AuditLine> givenUp = new LinkedHashMap<>();
  private final List<Gap> gaps = new ArrayList<>();

  /** Gaps that the group was set back before. */
  private final List<Gap> reopened = new ArrayList<>();

  private final List<Again> agains = new ArrayList<>();
  private final Set<EntryId> redelivered = new HashSet<>();
  private EntryId highest = EntryId.ZERO;
  private long unnamed;

  private Interventions() {}

  static Interventions of(List<AuditLine> oldestFirst) {
    var all = new Interventions();
    oldestFirst.forEach(all::add);
    return all;
  }

  private void add(AuditLine line) {
    switch (line.what()) {
      case "ack" -> gaveUp(line);
      case "redeliver" -> redelivered(line);
      case "group set-id" -> moved(line);
      case "group create", "group destroy" -> begins(line);
      default -> {
        // takes no entry from the group, or only such as stay in a stream
      }
    }
  }

  private void gaveUp(AuditLine line) {
    var ids = ids(line);
    ids.forEach(
        id -> {
          redelivered.remove(id);
          givenUp.put(id, line);
        });
    unnamed += Math.max(0, line.count() - ids.size());
  }

  private void redelivered(AuditLine line) {
    for (var id : ids(line)) {
      givenUp.remove(id);
      redelivered.add(id);
    }
  }

  private void moved(AuditLine line) {
    var from = id(line, "from");
    var to = id(line, "to");
    if (from.isEmpty() || to.isEmpty()) {
      return;
    }
    highest = max(highest, from.get());
    if (to.get().compareTo(from.get()) < 0) {
      again(line, to.get());
    } else {
      skipped(line, from.get(), to.get());
    }
  }

  /** What lies below the highest was given out once, but for the gaps in it. */
  private void skipped(AuditLine line, EntryId from, EntryId to) {
    reopened.stream()
        .map(gap -> new Gap(gap.after(), gap.to(), line).within(from, to))
        .forEach(gaps::add);
    gaps.add(new Gap(highest, to, line));
    gaps.removeIf(Gap::isEmpty);
    highest = max(highest, to);
  }

  private void again(AuditLine line, EntryId after) {
    agains.add(new Again(line.at().toEpochMilli(), after));
    givenUp.keySet().removeIf(id -> id.compareTo(after) > 0);
    redelivered.removeIf(id -> id.compareTo(after) > 0);
    gaps.stream().map(gap -> gap.within(after, gap.to())).forEach(reopened::add);
    reopened.removeIf(Gap::isEmpty);
    gaps.replaceAll(gap -> gap.within(gap.after(), after));
    gaps.removeIf(Gap::isEmpty);
  }

  private void begins(AuditLine line) {
    again(line, EntryId.ZERO);
    reopened.clear();
    highest = EntryId.ZERO;
    unnamed = 0;
  }

  /** Entries that operators acked, and nobody gave out again. */
  Map<EntryId, AuditLine> givenUp() {
    return givenUp;
  }

  /** What the group was set forward past, and never given. */
  List<Gap> gaps() {
    return gaps;
  }

  /** Entries that were acked and of which the id is not known. */
  long unnamed() {
    return unnamed;
  }

  boolean wasRedelivered(EntryId id) {
    return redelivered.contains(id);
  }

  /** Whether an entry was given out again after that moment, as new: then what was known is old. */
  boolean gaveAgain(EntryId id, long sinceMillis) {
    return agains.stream()
        .anyMatch(again -> again.millis() > sinceMillis && again.after().compareTo(id) < 0);
  }

  /** What is cut off at the end is no id any more. */
  private static List<EntryId> ids(AuditLine line) {
    var ids = new ArrayList<EntryId>();
    for (var word : line.details().getOrDefault("ids", "").split("[\\[\\], ]+", -1)) {
      if (word.matches("\\d{1,20}-\\d{1,20}")) {
        parse(word).ifPresent(ids::add);
      }
    }
    return ids;
  }

  private static Optional<EntryId> id(AuditLine line, String name) {
    return Optional.ofNullable(line.details().get(name)).flatMap(Interventions::parse);
  }

  private static Optional<EntryId> parse(String text) {
    try {
      return Optional.of(EntryId.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static EntryId max(EntryId one, EntryId other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private static EntryId min(EntryId one, EntryId other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
