// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import static io.millhand.inspect.Finding.Severity.CRITICAL;
import static io.millhand.inspect.Finding.Severity.NOTE;
import static io.millhand.inspect.Finding.Severity.WARNING;

import io.millhand.delivery.EntryId;
import io.millhand.inspect.Doctor.Checkup;
import io.millhand.inspect.Finding.Severity;
import io.millhand.inspect.Snapshots.GroupSnapshot;
import io.millhand.inspect.Snapshots.StreamSnapshot;
import io.millhand.inspect.Trend.Watched;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** How long the memory lasts, and what holds it. */
final class MemoryChecks {

  private static final Duration SOON = Duration.ofHours(1);
  private static final Duration LATER = Duration.ofDays(1);

  /** A stream that is kept on purpose is no finding while it is small. */
  private static final long MUCH = 100L << 20;

  private final Checkup checkup;
  private final List<Finding> findings = new ArrayList<>();

  private MemoryChecks(Checkup checkup) {
    this.checkup = checkup;
  }

  static List<Finding> examine(Checkup checkup) {
    var checks = new MemoryChecks(checkup);
    checks.forecast();
    checkup.streams().forEach(checks::untrimmed);
    return checks.findings;
  }

  private void forecast() {
    var used = checkup.server().number("used_memory");
    var most = checkup.server().number("maxmemory");
    if (used.isEmpty() || most.isEmpty()) {
      return;
    }
    if (most.get() == 0) {
      findings.add(
          Finding.of(
              NOTE,
              "memory",
              "maxmemory is not set: when the machine's memory ends the system kills Redis",
              "CONFIG SET maxmemory to what it may have"));
      return;
    }
    var left = Math.max(0, most.get() - used.get());
    var growth = checkup.streams().stream().mapToDouble(this::growth).sum();
    var seconds = growth <= 0 ? Double.POSITIVE_INFINITY : left / growth;
    var share = 100 * used.get() / most.get();
    if (seconds < LATER.toSeconds() || share >= 90) {
      Severity severity = seconds < SOON.toSeconds() ? CRITICAL : WARNING;
      findings.add(
          Finding.of(
              severity,
              "memory",
              "%d %% of maxmemory is used%s; then sends are refused"
                  .formatted(
                      share,
                      Double.isInfinite(seconds)
                          ? ""
                          : ", and streams grow by %,d KiB/s: it lasts about %s"
                              .formatted(
                                  Math.round(growth / 1024), Duration.ofSeconds((long) seconds))),
              "trim what is finished (Retention.finished, or millhand trim), or give it more memory"));
    }
  }

  /** Bytes a second, while nobody trims. */
  private double growth(StreamSnapshot stream) {
    return checkup.groups().stream()
        .filter(watched -> watched.group().stream().equals(stream.key()))
        .flatMap(watched -> watched.flow().stream())
        .flatMap(flow -> flow.addedPerSecond().stream())
        .findFirst()
        .map(rate -> rate * stream.bytesPerEntry().orElse(0L))
        .orElse(0.0);
  }

  /** What every group has finished is kept for nothing; what one has not is held by that one. */
  private void untrimmed(StreamSnapshot stream) {
    if (stream.bytes().orElse(0L) < MUCH || stream.oldest().isEmpty()) {
      return;
    }
    var slowest =
        checkup.groups().stream()
            .map(Watched::group)
            .filter(group -> group.stream().equals(stream.key()))
            .min(Comparator.comparing(MemoryChecks::frontier));
    if (slowest.isEmpty()) {
      return;
    }
    var oldest = stream.oldest().get();
    var frontier = frontier(slowest.get());
    var held = Duration.ofMillis(Math.max(0, frontier.millis() - oldest.millis()));
    var behind =
        Duration.ofMillis(Math.max(0, checkup.server().time().toEpochMilli() - frontier.millis()));
    var size = "%,d entries, %,d MiB".formatted(stream.length(), stream.bytes().orElse(0L) >> 20);
    if (held.compareTo(behind) > 0 && held.compareTo(LATER) > 0) {
      findings.add(
          Finding.of(
                  NOTE,
                  "trimming",
                  size
                      + ", of which those of %d days are finished by all groups and kept"
                          .formatted(held.toDays()),
                  "millhand trim, or .retention(Retention.finished(...)) in a worker")
              .about(stream.key()));
    } else if (behind.compareTo(LATER) > 0) {
      findings.add(
          Finding.of(
                  WARNING,
                  "pinned memory",
                  "%s: the group %s is %d days behind, and holds all since then"
                      .formatted(size, slowest.get().name(), behind.toDays()),
                  "start its workers, or, when nobody needs it, millhand group destroy")
              .about(stream.key()));
    }
  }

  /** Below that the group needs nothing. */
  private static EntryId frontier(GroupSnapshot group) {
    return Optional.of(group.lastDelivered())
        .filter(id -> group.oldestPending().map(pin -> id.compareTo(pin.id()) < 0).orElse(true))
        .orElseGet(() -> group.oldestPending().orElseThrow().id());
  }
}
