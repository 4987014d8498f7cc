// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import static io.millhand.inspect.Finding.Severity.CRITICAL;
import static io.millhand.inspect.Finding.Severity.NOTE;
import static io.millhand.inspect.Finding.Severity.WARNING;

import io.millhand.inspect.Doctor.Checkup;
import io.millhand.inspect.Finding.Severity;
import io.millhand.inspect.Snapshots.ConsumerSnapshot;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import io.millhand.inspect.Snapshots.StreamSnapshot;
import io.millhand.inspect.Snapshots.WorkerInfo;
import io.millhand.inspect.Trend.Watched;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How the groups are, and what lies around in them. */
final class GroupChecks {

  /** Ids may be ahead by the time it takes to ask. */
  private static final Duration AHEAD = Duration.ofSeconds(1);

  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration VERY_LONG = Duration.ofDays(1);

  private final List<Finding> findings = new ArrayList<>();

  private GroupChecks() {}

  static List<Finding> examine(Checkup checkup) {
    var checks = new GroupChecks();
    checkup.streams().forEach(stream -> checks.clock(stream, checkup));
    for (var watched : checkup.groups()) {
      var group = watched.group();
      var name = group.stream() + "/" + group.name();
      checks.verdict(watched, name);
      checks.lag(group, name);
      checks.dead(group, name);
      var consumers = checkup.consumers().getOrDefault(name, List.of());
      checks.ghosts(consumers, group, name);
      checks.versions(consumers, name);
      SettingsChecks.examine(watched, consumers).stream()
          .map(finding -> finding.about(name))
          .forEach(checks.findings::add);
    }
    return checks.findings;
  }

  private void clock(StreamSnapshot stream, Checkup checkup) {
    var ahead = stream.lastGenerated().millis() - checkup.server().time().toEpochMilli();
    if (ahead > AHEAD.toMillis()) {
      findings.add(
          Finding.of(
                  WARNING,
                  "clock",
                  "its newest id is %d s ahead of the server's clock, which went back, or somebody chose ids: ages are wrong until then"
                      .formatted(ahead / 1000),
                  "mend the clock (NTP, slewing and not stepping); Millhand's retries go on in between")
              .about(stream.key()));
    }
  }

  private void verdict(Watched watched, String name) {
    Optional<Severity> severity =
        switch (watched.verdict().kind()) {
          case STOPPED, STALLED -> Optional.of(CRITICAL);
          case SLOW, POISONED -> Optional.of(WARNING);
          case OK, UNKNOWN -> Optional.empty();
        };
    severity.ifPresent(
        how ->
            findings.add(
                Finding.of(how, kind(watched), watched.verdict().reason(), mend(watched))
                    .about(name)));
  }

  private static String kind(Watched watched) {
    return watched.verdict().kind().name().toLowerCase(java.util.Locale.ROOT);
  }

  private static String mend(Watched watched) {
    return switch (watched.verdict().kind()) {
      case STOPPED -> "start workers, and look why the others ended";
      case STALLED -> "look at the workers' logs and health; what they hold: millhand pending";
      case SLOW -> "add workers, or concurrency";
      case POISONED -> "millhand dead tells the reasons";
      case OK, UNKNOWN -> "look again";
    };
  }

  private void lag(GroupSnapshot group, String name) {
    if (!group.lag().isExact()) {
      findings.add(
          Finding.of(
                  NOTE,
                  "unknown lag",
                  "Redis cannot tell how much waits (entries were deleted, or the group began at an id): at least %,d"
                      .formatted(group.lag().entries()),
                  "it knows again when the group has caught up; alert on the age of the oldest instead")
              .about(name));
    }
  }

  private void dead(GroupSnapshot group, String name) {
    if (group.dead() > 0) {
      findings.add(
          Finding.of(
                  NOTE,
                  "dead letters",
                  "%,d wait for somebody".formatted(group.dead()),
                  "millhand dead shows their reasons, and puts them back")
              .about(name));
    }
  }

  private void ghosts(List<ConsumerSnapshot> consumers, GroupSnapshot group, String name) {
    var foreign =
        consumers.stream()
            .filter(consumer -> consumer.kind() == ConsumerSnapshot.Kind.FOREIGN)
            .toList();
    var holding =
        foreign.stream()
            .filter(consumer -> consumer.pending() > 0 && consumer.idle().compareTo(LONG) > 0)
            .toList();
    if (!holding.isEmpty()) {
      findings.add(
          Finding.of(
                  group.workers() > 0 ? NOTE : WARNING,
                  "ghost consumers",
                  "%d consumers that asked for nothing for an hour hold %,d entries, such as %s"
                      .formatted(
                          holding.size(),
                          holding.stream().mapToLong(ConsumerSnapshot::pending).sum(),
                          holding.get(0).name()),
                  "a worker takes them over after reclaimAfter; without one: millhand consumer remove")
              .about(name));
    }
    var empty =
        foreign.stream()
            .filter(consumer -> consumer.pending() == 0 && consumer.idle().compareTo(VERY_LONG) > 0)
            .count();
    if (empty > 10) {
      findings.add(
          Finding.of(
                  NOTE,
                  "ghost consumers",
                  "%,d consumers have nothing and have asked for nothing for a day: pods leave them behind"
                      .formatted(empty),
                  "millhand consumer remove")
              .about(name));
    }
  }

  private void versions(List<ConsumerSnapshot> consumers, String name) {
    var versions =
        consumers.stream()
            .flatMap(consumer -> consumer.worker().stream())
            .map(WorkerInfo::version)
            .distinct()
            .sorted()
            .toList();
    if (versions.size() > 1) {
      findings.add(
          Finding.of(
                  NOTE,
                  "versions",
                  "its workers run different versions of the library: "
                      + String.join(", ", versions),
                  "finish the rollout")
              .about(name));
    }
  }
}
