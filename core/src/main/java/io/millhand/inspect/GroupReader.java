// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.delivery.EntryId;
import io.millhand.inspect.Snapshots.CapLosses;
import io.millhand.inspect.Snapshots.ConsumerSnapshot.Kind;
import io.millhand.inspect.Snapshots.Crew;
import io.millhand.inspect.Snapshots.Due;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import io.millhand.inspect.Snapshots.Hands;
import io.millhand.inspect.Snapshots.Member;
import io.millhand.inspect.Snapshots.Pin;
import io.millhand.inspect.Snapshots.Progress;
import io.millhand.redis.Failure;
import io.millhand.redis.InspectCommands.PendingRow;
import io.millhand.redis.Keys;
import io.millhand.redis.Losses;
import io.millhand.redis.Registration;
import io.millhand.redis.SurveyCommands.ConsumerFacts;
import io.millhand.redis.SurveyCommands.GroupFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes snapshots of groups from what was read of them. Pure.
 *
 * @param now the server's time
 * @param runId the server's run
 * @param connected which of the workers' connections exist; empty where we may not know
 * @param counted the lags that had to be counted
 * @param failures of the lowest pending entries
 * @param lost what hard caps took
 */
record GroupReader(
    Instant now,
    Optional<String> runId,
    Optional<Set<Long>> connected,
    Map<Keys, Lag> counted,
    Map<Keys, Map<EntryId, Failure>> failures,
    Map<Keys, Losses> lost) {

  /** The usual time after which a keeper takes what a client of another kind holds. */
  private static final Duration SILENT = Duration.ofMinutes(1);

  GroupSnapshot snapshot(FoundGroup found, GroupFacts facts) {
    var reserved = facts.consumers().get(Keys.DEFERRED_CONSUMER);
    var deferred = reserved == null ? 0 : reserved.pending();
    return new GroupSnapshot(
        found.stream(),
        found.name(),
        facts.undelivered().isEmpty() ? new Lag.Exactly(0) : lag(found),
        found.pending() - deferred,
        deferred,
        facts.dead(),
        found.delivered(),
        facts.undelivered().flatMap(this::age),
        facts.lowest().stream().findFirst().map(row -> new Pin(row.id(), age(row.id()))),
        facts.workers().size(),
        (int) found.consumers() - (reserved == null ? 0 : 1),
        facts.keeper(),
        facts.paused(),
        Optional.ofNullable(lost.get(found.keys())).map(GroupReader::losses),
        new Due(facts.dueNow(), facts.dueSoon()),
        new Progress(found.added(), found.entriesRead(), found.reportedLag()),
        crew(found.keys(), facts),
        new Hands(slots(facts), stranded(facts)),
        members(facts));
  }

  private static CapLosses losses(Losses lost) {
    return new CapLosses(
        lost.pending(),
        lost.unread(),
        Instant.ofEpochMilli(lost.first()),
        Instant.ofEpochMilli(lost.last()));
  }

  private Lag lag(FoundGroup found) {
    return found
        .toldLag()
        .<Lag>map(Lag.Exactly::new)
        .orElseGet(() -> counted.getOrDefault(found.keys(), new Lag.AtLeast(1)));
  }

  private Crew crew(Keys keys, GroupFacts facts) {
    return new Crew(
        count(facts, Presence.ALIVE),
        count(facts, Presence.GONE),
        count(facts, Presence.UNSEEN),
        foreignIdle(facts),
        oldestInHand(facts.lowest()),
        suspects(keys, facts));
  }

  private int count(GroupFacts facts, Presence presence) {
    return (int)
        facts.workers().values().stream().filter(worker -> presence(worker) == presence).count();
  }

  private Presence presence(Registration worker) {
    return Presence.of(worker, runId, connected);
  }

  private int slots(GroupFacts facts) {
    return facts.workers().values().stream()
        .filter(worker -> presence(worker) != Presence.GONE)
        .flatMap(worker -> worker.terms().stream())
        .mapToInt(Registration.Terms::concurrency)
        .sum();
  }

  private long stranded(GroupFacts facts) {
    return facts.consumers().entrySet().stream()
        .filter(each -> isStranded(each.getKey(), each.getValue(), facts))
        .mapToLong(each -> each.getValue().pending())
        .sum();
  }

  private boolean isStranded(String name, ConsumerFacts consumer, GroupFacts facts) {
    var worker = facts.workers().get(name);
    if (worker != null) {
      return presence(worker) == Presence.GONE;
    }
    return !name.equals(Keys.DEFERRED_CONSUMER)
        && consumer.idle().filter(idle -> idle.compareTo(SILENT) > 0).isPresent();
  }

  private static Optional<Duration> foreignIdle(GroupFacts facts) {
    return facts.consumers().entrySet().stream()
        .filter(each -> kind(each.getKey(), facts) == Kind.FOREIGN)
        .flatMap(each -> each.getValue().idle().stream())
        .min(Comparator.naturalOrder());
  }

  private static Optional<Duration> oldestInHand(List<PendingRow> lowest) {
    return lowest.stream()
        .filter(row -> !row.consumer().equals(Keys.DEFERRED_CONSUMER))
        .map(PendingRow::idle)
        .max(Comparator.naturalOrder());
  }

  /** Those that run now, and of the lowest pending those that crashed before. */
  private List<EntryId> suspects(Keys keys, GroupFacts facts) {
    var running =
        facts.workers().values().stream().map(Registration::suspect).flatMap(Optional::stream);
    var crashed =
        failures.getOrDefault(keys, Map.of()).entrySet().stream()
            .filter(failure -> failure.getValue().crashes() >= 2)
            .map(Map.Entry::getKey);
    return Stream.concat(running, crashed).distinct().sorted().toList();
  }

  private static List<Member> members(GroupFacts facts) {
    return facts.consumers().entrySet().stream()
        .map(each -> member(each.getKey(), each.getValue(), facts))
        .sorted(Comparator.comparing(Member::name))
        .toList();
  }

  private static Member member(String name, ConsumerFacts consumer, GroupFacts facts) {
    return new Member(name, kind(name, facts), consumer.pending(), consumer.idle());
  }

  private static Kind kind(String name, GroupFacts facts) {
    if (name.equals(Keys.DEFERRED_CONSUMER)) {
      return Kind.DEFERRED;
    }
    return facts.workers().containsKey(name) ? Kind.WORKER : Kind.FOREIGN;
  }

  private Optional<Duration> age(EntryId id) {
    return Survey.age(id, now);
  }
}
