// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import io.millhand.cli.Json;
import io.millhand.cli.Texts;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import io.millhand.testkit.Ledger;
import io.millhand.testkit.LedgerReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;

/**
 * What a run proves. Whatever is said of entries comes from the ledgers, which the producer and the
 * workers wrote outside Redis; what is left comes from Redis.
 *
 * @param run what was run
 * @param counts from the ledgers
 * @param kills who was killed
 * @param left what Redis still holds; empty when it could not be asked
 */
record Proof(Run run, Counts counts, List<Kill> kills, Optional<Left> left) {

  /**
   * A run.
   *
   * @param source stream and group
   * @param workers how many there were at first
   * @param took how long it took until all was handled
   * @param server product and version of the Redis
   * @param sizes how large the fleet was to be, where that followed the load
   */
  record Run(
      DemoSettings.Source source,
      int workers,
      Duration took,
      String server,
      List<Steering.Size> sizes) {

    /** Of a fleet that does not change. */
    Run(DemoSettings.Source source, int workers, Duration took, String server) {
      this(source, workers, took, server, List.of());
    }
  }

  /**
   * What the ledgers say.
   *
   * @param sent Redis confirmed it
   * @param uncertain sent, and the connection broke before an answer came
   * @param handled of those sent in this run, each counted once
   * @param lost sent, and neither handled nor dead
   * @param duplicates handled again
   * @param dead given up
   * @param retried attempts that failed and were followed by another
   * @param earlier handled, and sent by an earlier run
   */
  record Counts(
      long sent,
      long uncertain,
      long handled,
      long lost,
      long duplicates,
      long dead,
      long retried,
      long earlier) {}

  /**
   * A worker that was killed.
   *
   * @param worker its name
   * @param recovery from the signal until another worker began what this one had in hand
   */
  record Kill(String worker, Optional<Duration> recovery) {}

  /**
   * What Redis still holds of the group.
   *
   * @param pending given out and not settled
   * @param deferred waiting for a retry
   * @param undelivered not given out
   */
  record Left(long pending, long deferred, long undelivered) {
    boolean isNothing() {
      return pending == 0 && deferred == 0 && undelivered == 0;
    }
  }

  /** Reads the ledgers; all who write there have ended. */
  static Proof of(
      Run run,
      Site site,
      List<Victim> victims,
      Report.Sending sending,
      Optional<GroupSnapshot> group) {
    var ledgers = Ledger.reconcile(Folder.ledgers(site.folder()));
    return new Proof(
        run,
        counts(ledgers, sending),
        victims.stream()
            .map(
                victim ->
                    new Kill(
                        victim.name(),
                        ledgers.recovery(victim.name(), victim.gone()).map(victim.dying()::plus)))
            .toList(),
        group.map(it -> new Left(it.pending(), it.deferred(), it.lag().entries())));
  }

  private static Counts counts(LedgerReport ledgers, Report.Sending sending) {
    var earlier = ledgers.ghosts().size();
    var counts = ledgers.counts();
    return new Counts(
        counts.sent(),
        sending.uncertain(),
        counts.handled() - earlier,
        ledgers.lost().size(),
        counts.duplicates(),
        ledgers.dead().size(),
        Math.max(0, counts.failed() - ledgers.dead().size()),
        earlier);
  }

  /**
   * Whether nothing was lost and nothing is left; and nothing handled twice, where workers came and
   * went as asked.
   */
  boolean holds() {
    var twice = run.sizes().isEmpty() ? 0 : counts.duplicates();
    return counts.lost() == 0 && twice == 0 && left.filter(Left::isNothing).isPresent();
  }

  private Optional<Duration> slowestRecovery() {
    return kills.stream().flatMap(kill -> kill.recovery().stream()).max(Duration::compareTo);
  }

  /** For people. */
  List<String> words() {
    var lines = new ArrayList<String>();
    lines.add("The proof, from ledgers that the producer and the workers wrote outside Redis:");
    lines.add("");
    row(lines, "sent", counts.sent(), "by the producer, confirmed by Redis");
    if (counts.uncertain() > 0) {
      row(
          lines,
          "uncertain",
          counts.uncertain(),
          "sent, but the connection broke before Redis answered");
    }
    row(lines, "handled", counts.handled(), "each counted once");
    row(lines, "lost", counts.lost(), counts.lost() == 0 ? "" : "neither handled nor dead");
    row(lines, "duplicates", counts.duplicates(), "handled again: the promise is at least once");
    row(
        lines,
        "dead",
        counts.dead(),
        counts.dead() == 0 ? "" : "given up after all attempts, kept in the dead-letter stream");
    row(lines, "retried", counts.retried(), "attempts that failed and were made again");
    if (counts.earlier() > 0) {
      row(lines, "earlier", counts.earlier(), "handled as well: left by an earlier run");
    }
    if (!run.sizes().isEmpty()) {
      text(lines, "fleet", "%d to %d".formatted(smallest(), largest()), fleetWords());
    }
    row(lines, "killed", kills.size(), kills.isEmpty() ? "" : "with -9: " + killedNames());
    slowestRecovery()
        .ifPresent(most -> text(lines, "recovery", Texts.seconds(most), recoveryWords()));
    left.ifPresentOrElse(
        it ->
            row(
                lines,
                "left",
                it.pending() + it.deferred() + it.undelivered(),
                "in Redis: %d pending, %d deferred, %d undelivered"
                    .formatted(it.pending(), it.deferred(), it.undelivered())),
        () -> text(lines, "left", "?", "Redis could not be asked"));
    lines.add("");
    lines.add(
        "%s In %s, %s, %s."
            .formatted(
                verdict(), Texts.seconds(run.took()), Texts.workers(run.workers()), run.server()));
    return lines;
  }

  private String verdict() {
    if (holds()) {
      if (!run.sizes().isEmpty() && counts.dead() == 0) {
        return "Nothing was lost, nothing was handled twice.";
      }
      return counts.dead() == 0
          ? "Nothing was lost."
          : "Nothing was lost: every entry was handled, or is a dead letter.";
    }
    if (counts.lost() == 0 && left.filter(Left::isNothing).isPresent()) {
      return "Nothing was lost, but %s handled twice."
          .formatted(Texts.entries(counts.duplicates()));
    }
    return counts.lost() == 0 ? "Not all is done." : Texts.entries(counts.lost()) + " WERE LOST.";
  }

  private int smallest() {
    return run.sizes().stream().mapToInt(Steering.Size::workers).min().orElse(0);
  }

  private int largest() {
    return run.sizes().stream().mapToInt(Steering.Size::workers).max().orElse(0);
  }

  /** Time and size of each change. */
  private String fleetWords() {
    return run.sizes().stream()
        .map(size -> "%s: %d".formatted(Texts.clock(size.at()), size.workers()))
        .collect(Collectors.joining(", ", "workers needed, at ", ""));
  }

  private String killedNames() {
    var names = kills.stream().map(Kill::worker).toList();
    return names.size() <= 5
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, 5)) + " and %d more".formatted(names.size() - 5);
  }

  private String recoveryWords() {
    return "from the kill until another worker began what the dead one had in hand"
        + (kills.size() > 1 ? " (the slowest)" : "");
  }

  private static void row(List<String> lines, String name, long count, String words) {
    text(lines, name, Texts.count(count), words);
  }

  private static void text(List<String> lines, String name, String value, String words) {
    lines.add(String.format(Locale.ROOT, "  %-10s  %9s  %s", name, value, words).stripTrailing());
  }

  /** For scripts: one line. */
  String json() {
    return Json.write(
        json -> {
          json.writeStartObject();
          numbers(json);
          json.writeNumberProperty("killed", kills.size());
          seconds(json, "recoverySeconds", slowestRecovery());
          json.writeArrayPropertyStart("recoveries");
          for (var kill : kills) {
            json.writeStartObject();
            json.writeStringProperty("worker", kill.worker());
            seconds(json, "seconds", kill.recovery());
            json.writeEndObject();
          }
          json.writeEndArray();
          if (!run.sizes().isEmpty()) {
            fleet(json);
          }
          seconds(json, "seconds", Optional.of(run.took()));
          json.writeNumberProperty("workers", run.workers());
          json.writeStringProperty("redis", run.server().replaceFirst("^redis ", ""));
          json.writeEndObject();
        });
  }

  private void fleet(JsonGenerator json) {
    json.writeArrayPropertyStart("fleet");
    for (var size : run.sizes()) {
      json.writeStartObject();
      seconds(json, "seconds", Optional.of(size.at()));
      json.writeNumberProperty("workers", size.workers());
      json.writeStringProperty("reason", size.reason());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void numbers(JsonGenerator json) {
    json.writeNumberProperty("sent", counts.sent());
    json.writeNumberProperty("handled", counts.handled());
    json.writeNumberProperty("lost", counts.lost());
    json.writeNumberProperty("duplicates", counts.duplicates());
    json.writeNumberProperty("dead", counts.dead());
    json.writeNumberProperty("retried", counts.retried());
    json.writeNumberProperty("uncertain", counts.uncertain());
    json.writeNumberProperty("earlier", counts.earlier());
    left(json, "pending", left.map(Left::pending));
    left(json, "deferred", left.map(Left::deferred));
    left(json, "undelivered", left.map(Left::undelivered));
  }

  private static void left(JsonGenerator json, String name, Optional<Long> count) {
    json.writeName(name);
    count.ifPresentOrElse(json::writeNumber, json::writeNull);
  }

  private static void seconds(JsonGenerator json, String name, Optional<Duration> time) {
    json.writeName(name);
    time.map(it -> it.toMillis() / 1000.0).ifPresentOrElse(json::writeNumber, json::writeNull);
  }
}
