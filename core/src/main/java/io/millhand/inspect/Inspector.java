// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.millhand.config.Node;
import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.error.NoGroupException;
import io.millhand.inspect.Snapshots.ConsumerSnapshot;
import io.millhand.inspect.Snapshots.DeadLetter;
import io.millhand.inspect.Snapshots.FailureInfo;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import io.millhand.inspect.Snapshots.PendingEntry;
import io.millhand.inspect.Snapshots.StreamSnapshot;
import io.millhand.inspect.Snapshots.WorkerInfo;
import io.millhand.inspect.Snapshots.WorkerTerms;
import io.millhand.redis.Failure;
import io.millhand.redis.InspectCommands;
import io.millhand.redis.InspectCommands.PendingRow;
import io.millhand.redis.Keys;
import io.millhand.redis.RedisStreams;
import io.millhand.redis.Registration;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks at streams, groups, consumers, pending, deferred and dead entries, and changes nothing. The
 * one read model: every tool only renders what this sees. Thread-safe: one question at a time.
 *
 * <p>Every method throws {@link io.millhand.error.UnavailableException} when Redis cannot be used,
 * {@link io.millhand.error.DeniedException} when a permission is missing, and {@link
 * NoGroupException} when the stream or the group it is asked about does not exist.
 */
public final class Inspector implements AutoCloseable {

  private static final int PAGE = 500;
  private static final List<String> SETTINGS =
      List.of("save", "appendfsync", "min-replicas-to-write", "client-output-buffer-limit");

  private final RedisStreams streams;
  private final Turns<InspectCommands> turns;

  /** The first question connects. */
  public Inspector(RedisStreams streams) {
    this.streams = streams;
    this.turns = new Turns<>(streams, (node, stream) -> streams.inspecting(node));
  }

  private <R> R ask(String stream, Function<InspectCommands, R> question) {
    return turns.ask(stream, question);
  }

  /**
   * The keys of all streams in the database, by name. Walks the whole key space, in pages: not for
   * each scrape.
   */
  public List<String> streams() {
    var found = new ArrayList<String>();
    for (var node : streams.nodes()) {
      scan(node, found);
    }
    return found.stream().distinct().sorted().toList();
  }

  private void scan(Node node, List<String> found) {
    var cursor = "0";
    do {
      var from = cursor;
      var page = turns.at(node, redis -> redis.scanStreams(from));
      cursor = page.get(0);
      found.addAll(page.subList(1, page.size()));
    } while (!cursor.equals("0"));
  }

  /** The server's time. */
  public Instant serverTime() {
    return Instant.ofEpochMilli(turns.anywhere(InspectCommands::serverMillis));
  }

  /** What the server tells of itself, as far as we may ask. */
  public ServerReport server() {
    return turns.anywhere(Inspector::report);
  }

  /** The same of every node that serves streams: one, but in a Cluster. */
  public List<ServerReport> servers() {
    return turns.everywhere(Inspector::report);
  }

  private static ServerReport report(InspectCommands redis) {
    return new ServerReport(
        redis.server().product(),
        redis.server().version(),
        Instant.ofEpochMilli(redis.serverMillis()),
        redis.info(),
        redis.config(SETTINGS));
  }

  /** A stream; empty when there is none of that name. */
  public Optional<StreamSnapshot> stream(String key) {
    return streams(List.of(key)).stream().findFirst();
  }

  /** Those of these streams that exist, in their order, in a few round trips. */
  public List<StreamSnapshot> streams(List<String> keys) {
    return survey(keys, (stream, group) -> false).streams();
  }

  /**
   * Streams and groups in one look: a few round trips for all together. Nothing here takes longer
   * the more is pending. A stream that does not exist, or is gone meanwhile, is left out.
   *
   * @param keys which streams
   * @param wanted whether to look at that group of that stream
   */
  public Survey survey(List<String> keys, BiPredicate<String, String> wanted) {
    var byNode = keys.stream().collect(groupingBy(streams::nodeOf, LinkedHashMap::new, toList()));
    var parts =
        byNode.values().stream()
            .map(some -> ask(some.get(0), redis -> new Surveyor(redis).survey(some, wanted)))
            .toList();
    return switch (parts.size()) {
      case 0 -> new Survey(serverTime(), List.of(), List.of());
      case 1 -> parts.get(0);
      default -> Survey.of(keys, parts);
    };
  }

  /**
   * All groups of a stream, by name.
   *
   * @throws NoGroupException when there is no such stream
   */
  public List<GroupSnapshot> groups(String key) {
    var seen = survey(List.of(key), (stream, group) -> true);
    if (seen.streams().isEmpty()) {
      throw new NoGroupException("there is no stream " + key, null);
    }
    return seen.groups();
  }

  /**
   * All groups of several streams, by stream and name, in a few round trips for all together; a
   * stream that is gone has none.
   */
  public List<GroupSnapshot> groups(List<String> keys) {
    return survey(keys, (stream, group) -> true).groups();
  }

  /** One group. */
  public GroupSnapshot group(String key, String name) {
    return groups(key).stream()
        .filter(group -> group.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new NoGroupException("the stream %s has no group %s".formatted(key, name), null));
  }

  /**
   * The id at or below which a group has nothing unfinished, as its keeper last stored it; empty
   * where it never did.
   */
  public Optional<EntryId> position(String key, String group) {
    return ask(key, redis -> redis.audit().position(Keys.of(key, group)));
  }

  /** Where an entry is in a group's work; see {@link Place}. */
  public Place locate(String key, String group, EntryId id) {
    return ask(key, redis -> new Locator(redis, Keys.of(key, group)).locate(id));
  }

  /**
   * Walks entries from the lower id to the higher, both included, and hands those that pass the
   * filter on, in order, until that many were found.
   *
   * @param most how many to find, at least 1
   * @return how many entries were looked at
   */
  public long search(
      String key,
      EntryId from,
      EntryId to,
      int most,
      Predicate<Entry> filter,
      Consumer<Entry> found) {
    long seen = 0;
    var left = most;
    for (var at = Optional.of(from); at.isPresent(); ) {
      var start = at.get();
      var page = ask(key, redis -> redis.entriesBetween(key, start, to, PAGE));
      for (var entry : page) {
        seen++;
        if (filter.test(entry)) {
          found.accept(entry);
          if (--left == 0) {
            return seen;
          }
        }
      }
      at =
          page.size() < PAGE
              ? Optional.empty()
              : Optional.of(page.get(page.size() - 1).id().next());
    }
    return seen;
  }

  /** The newest entries of a stream, newest first. */
  public List<Entry> newest(String key, int count) {
    return ask(key, redis -> redis.newestEntries(key, Optional.empty(), count));
  }

  /** The entry of that id, while the stream has it. */
  public Optional<Entry> entry(String key, EntryId id) {
    return ask(key, redis -> redis.entry(key, id));
  }

  /** All consumers of a group, by name; the reserved one is not among them. */
  public List<ConsumerSnapshot> consumers(String key, String group) {
    return ask(
        key,
        redis -> {
          var workers = workers(redis, Keys.of(key, group));
          var all = new ArrayList<ConsumerSnapshot>();
          for (var info : redis.consumers(key, group)) {
            var name = info.getOrDefault("name", "");
            if (!name.equals(Keys.DEFERRED_CONSUMER)) {
              all.add(consumer(name, info, workers.remove(name)));
            }
          }
          // A worker that was never given an entry is no consumer to Redis yet.
          workers.forEach((name, worker) -> all.add(consumer(name, Map.of(), worker)));
          all.sort((one, other) -> one.name().compareTo(other.name()));
          return List.copyOf(all);
        });
  }

  private static Map<String, WorkerInfo> workers(InspectCommands redis, Keys keys) {
    var registered = redis.workers(keys);
    var runId = redis.server().runId();
    var clientIds =
        registered.values().stream()
            .filter(worker -> worker.isOfRun(runId))
            .map(Registration::clientId)
            .flatMap(Optional::stream)
            .toList();
    var connected = redis.survey().connected(clientIds);
    var workers = new HashMap<String, WorkerInfo>();
    registered.forEach(
        (name, worker) -> workers.put(name, info(worker, Presence.of(worker, runId, connected))));
    return workers;
  }

  private static ConsumerSnapshot consumer(
      String name, Map<String, String> info, @Nullable WorkerInfo worker) {
    return new ConsumerSnapshot(
        name,
        worker == null ? ConsumerSnapshot.Kind.FOREIGN : ConsumerSnapshot.Kind.WORKER,
        number(info, "pending"),
        Duration.ofMillis(number(info, "idle")),
        Optional.ofNullable(worker));
  }

  private static WorkerInfo info(Registration worker, Presence presence) {
    return new WorkerInfo(
        worker.host(),
        worker.pid(),
        worker.version(),
        worker.since(),
        presence,
        worker.lease(),
        worker.suspect(),
        worker.terms().map(Inspector::terms));
  }

  private static WorkerTerms terms(Registration.Terms terms) {
    return new WorkerTerms(
        terms.concurrency(),
        terms.maxInFlight(),
        terms.handlerTimeout(),
        terms.reclaimAfter(),
        terms.sharedWith());
  }

  /**
   * A page of a group's pending entries, deferred ones too, in the order of their ids.
   *
   * @param from the lowest id to show
   * @param count how many at most, 1 to 10,000
   * @param consumer only those of that consumer, if given
   */
  public List<PendingEntry> pending(
      String key, String group, EntryId from, int count, Optional<String> consumer) {
    return ask(
        key,
        redis ->
            pending(redis, Keys.of(key, group), redis.pending(key, group, from, count, consumer)));
  }

  /** Entries that wait for their due time, in the order of their ids; see {@link #pending}. */
  public List<PendingEntry> deferred(String key, String group, EntryId from, int count) {
    return pending(key, group, from, count, Optional.of(Keys.DEFERRED_CONSUMER));
  }

  private static List<PendingEntry> pending(
      InspectCommands redis, Keys keys, List<PendingRow> rows) {
    if (rows.isEmpty()) {
      return List.of();
    }
    var now = redis.serverMillis();
    var ids = rows.stream().map(PendingRow::id).toList();
    var due = redis.dueTimes(keys, ids);
    var failures = redis.failures(keys, ids);
    return rows.stream()
        .map(
            row ->
                new PendingEntry(
                    row.id(),
                    Optional.of(row.consumer())
                        .filter(name -> !name.equals(Keys.DEFERRED_CONSUMER)),
                    row.idle(),
                    row.deliveries(),
                    Optional.ofNullable(due.get(row.id()))
                        .map(at -> Duration.ofMillis(Math.max(0, at - now))),
                    Optional.ofNullable(failures.get(row.id())).map(Inspector::info)))
        .toList();
  }

  static FailureInfo info(Failure failure) {
    return new FailureInfo(
        failure.attempts(),
        failure.crashes(),
        Instant.ofEpochMilli(failure.firstMillis()),
        Instant.ofEpochMilli(failure.lastMillis()),
        switch (failure.why()) {
          case FAILED -> FailureInfo.Cause.FAILED;
          case CRASHED -> FailureInfo.Cause.CRASHED;
          case RECLAIMED -> FailureInfo.Cause.TAKEN_OVER;
          case PUT_BACK -> FailureInfo.Cause.PUT_BACK;
        },
        failure.error());
  }

  /**
   * A page of a group's dead letters, newest first.
   *
   * @param before only those before that dead letter, if given
   * @param count how many at most
   */
  public List<DeadLetter> dead(String key, String group, Optional<EntryId> before, int count) {
    return ask(
        key,
        redis ->
            redis.newestEntries(Keys.of(key, group).dead(), before, count).stream()
                .map(DeadLetters::read)
                .toList());
  }

  /** One dead letter, by its own id. */
  public Optional<DeadLetter> deadLetter(String key, String group, EntryId id) {
    return ask(key, redis -> redis.entry(Keys.of(key, group).dead(), id).map(DeadLetters::read));
  }

  /**
   * Looks for entries that a group was given, that are not pending, and that were never handled, as
   * far as something tells: see {@link Stray}. Walks what waits and what has failed, page by page.
   *
   * @param limit how many to name at most, 1 to 10,000
   * @param progress is told how many records were looked at so far, now and then
   */
  public AuditReport audit(String key, String group, int limit, LongConsumer progress) {
    return new Auditor(this, turns, Keys.of(key, group), progress).audit(limit);
  }

  /**
   * A page of what operators did to a stream and its groups, newest first.
   *
   * @param before only what is older than that line, if given
   * @param count how many at most
   */
  public List<AuditLine> auditLines(String key, Optional<EntryId> before, int count) {
    return ask(
        key,
        redis -> redis.audit().deeds(key, before, count).stream().map(AuditLine::read).toList());
  }

  /** What operators did after that line, in order. */
  public List<AuditLine> auditLinesAfter(String key, EntryId after, int count) {
    return ask(
        key,
        redis ->
            redis.audit().deedsAfter(key, after, count).stream().map(AuditLine::read).toList());
  }

  /**
   * A group's dead letters, newest first, a page at a time while they are taken. What is added
   * meanwhile is not seen.
   *
   * @param filter only those
   * @param limit how many at most
   */
  public Iterable<DeadLetter> deadLetters(
      String key, String group, Predicate<DeadLetter> filter, long limit) {
    return new DeadWalk(this, key, group, filter, limit);
  }

  @Override
  public void close() {
    turns.close();
  }

  private static long number(Map<String, String> info, String key) {
    return Long.parseLong(info.getOrDefault(key, "0"));
  }
}
