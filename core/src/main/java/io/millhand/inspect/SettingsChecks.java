// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import static io.millhand.inspect.Finding.Severity.NOTE;
import static io.millhand.inspect.Finding.Severity.WARNING;

import io.millhand.inspect.Snapshots.ConsumerSnapshot;
import io.millhand.inspect.Snapshots.WorkerInfo;
import io.millhand.inspect.Snapshots.WorkerTerms;
import io.millhand.inspect.Trend.Watched;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Whether what workers are set to fits what is seen of them. What is seen is how long the oldest of
 * the lowest pending entries has been in hand: waiting in the worker, or in a handler.
 */
final class SettingsChecks {

  /** A client that asked for something within that time is at work. */
  private static final Duration ACTIVE = Duration.ofMinutes(10);

  /** Entries wait in a worker, too, before their handler starts. */
  private static final int PATIENCE = 3;

  private final Watched watched;
  private final List<ConsumerSnapshot> workers;
  private final List<ConsumerSnapshot> foreign;
  private final List<WorkerTerms> terms;
  private final List<Finding> findings = new ArrayList<>();

  private SettingsChecks(Watched watched, List<ConsumerSnapshot> consumers) {
    this.watched = watched;
    this.workers =
        consumers.stream().filter(each -> each.kind() == ConsumerSnapshot.Kind.WORKER).toList();
    this.foreign =
        consumers.stream().filter(each -> each.kind() == ConsumerSnapshot.Kind.FOREIGN).toList();
    this.terms = workers.stream().flatMap(each -> terms(each).stream()).toList();
  }

  private static Optional<WorkerTerms> terms(ConsumerSnapshot consumer) {
    return consumer.worker().flatMap(WorkerInfo::terms);
  }

  static List<Finding> examine(Watched watched, List<ConsumerSnapshot> consumers) {
    var checks = new SettingsChecks(watched, consumers);
    if (!checks.terms.isEmpty()) {
      checks.shared();
      checks.timeout();
      checks.busy();
      checks.differ("handlerTimeout", WorkerTerms::handlerTimeout);
      checks.differ("reclaimAfter", WorkerTerms::reclaimAfter);
    }
    return checks.findings;
  }

  /** Of entries that are in our hands; where others hold some, too, nobody knows whose it is. */
  private Optional<Duration> oldestOfOurs() {
    return foreign.stream().anyMatch(each -> each.pending() > 0)
        ? Optional.empty()
        : watched.group().crew().oldestInHand();
  }

  private void shared() {
    var guest = foreign.stream().filter(each -> each.idle().compareTo(ACTIVE) < 0).findFirst();
    var bare = terms.stream().filter(each -> each.sharedWith().isEmpty()).findFirst();
    if (guest.isEmpty() || bare.isEmpty()) {
      return;
    }
    oldestOfOurs()
        .filter(held -> held.compareTo(bare.get().reclaimAfter()) > 0)
        .ifPresent(
            held ->
                findings.add(
                    Finding.of(
                        WARNING,
                        "shared group",
                        "handlers hold entries for %s, beside clients of another kind such as %s: one that claims by idle time takes them meanwhile, and they are handled twice"
                            .formatted(words(held), guest.get().name()),
                        "give workers the idle time by which those claim: sharedWith, --shared-with")));
  }

  private void timeout() {
    var longest =
        terms.stream()
            .map(WorkerTerms::handlerTimeout)
            .max(Comparator.naturalOrder())
            .orElseThrow();
    // A renewal (sharedWith) sets the idle time back, so that then nothing is seen here.
    oldestOfOurs()
        .filter(held -> terms.size() == workers.size())
        .filter(held -> held.compareTo(longest.multipliedBy(PATIENCE)) > 0)
        .ifPresent(
            held ->
                findings.add(
                    Finding.of(
                        WARNING,
                        "handler timeout",
                        "an entry has been in a worker's hands for %s, though handlers time out after %s: its handler ignores its interrupt, or it waits behind such"
                            .formatted(words(held), words(longest)),
                        "millhand pending tells which and whose; look at that worker's threads (jstack), and end it")));
  }

  private void busy() {
    var all =
        workers.stream()
            .allMatch(
                each -> terms(each).filter(its -> each.pending() >= its.concurrency()).isPresent());
    if (all && watched.verdict().kind() == Verdict.Kind.SLOW) {
      findings.add(
          Finding.of(
              NOTE,
              "concurrency",
              "all handlers of all its workers are busy: %,d entries in hand, %,d handlers"
                  .formatted(
                      workers.stream().mapToLong(ConsumerSnapshot::pending).sum(),
                      terms.stream().mapToLong(WorkerTerms::concurrency).sum()),
              "raise --concurrency where handlers wait for others; where they compute, add workers"));
    }
  }

  private void differ(String name, Function<WorkerTerms, Duration> setting) {
    var values = terms.stream().map(setting).distinct().sorted().toList();
    if (values.size() > 1) {
      findings.add(
          Finding.of(
              NOTE,
              "settings",
              "its workers differ in %s: %s to %s"
                  .formatted(name, words(values.get(0)), words(values.get(values.size() - 1))),
              "finish the rollout, or say why they differ; the keeper goes by its own"));
    }
  }

  private static String words(Duration duration) {
    var shown = duration.toSeconds() > 0 ? Duration.ofSeconds(duration.toSeconds()) : duration;
    return shown.toString().substring(2).toLowerCase(Locale.ROOT);
  }
}
