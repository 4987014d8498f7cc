// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import io.millhand.WorkerBuilder;
import io.millhand.cli.CommandFailure;
import io.millhand.config.GroupStart;
import io.millhand.config.Retention;
import io.millhand.config.WorkerSettings.Liveness;
import io.millhand.config.WorkerSettings.ShutdownHook;
import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.RetryPolicy;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The settings of a worker, as flags; what they mean and may be stands in docs/settings.md, what is
 * not given is the library's default.
 */
final class WorkerOptions {

  @Option(
      names = "--start",
      paramLabel = "WHERE",
      defaultValue = "beginning",
      description =
          "Where a group that does not exist begins: beginning, now, an entry id, or a time such as 2026-01-31T12:00:00Z"
              + " (default ${DEFAULT-VALUE}).")
  private String start = "beginning";

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      description =
          "Entries of each stream handled at once (default: --exec two per processor, --pipe what the children take,"
              + " --print 1, else 64).")
  private @Nullable Integer concurrency;

  @Option(
      names = "--max-in-flight",
      paramLabel = "N",
      description =
          "Entries of each stream held at once (default 1024, or the concurrency where that is more).")
  private @Nullable Integer maxInFlight;

  @Option(
      names = "--max-in-flight-bytes",
      paramLabel = "BYTES",
      description = "Bytes of each stream held at once, about (default 64 MiB).")
  private @Nullable Long maxInFlightBytes;

  @Option(
      names = "--read-ahead",
      paramLabel = "TIME",
      description = "How far to read ahead of the handlers (default 200ms).")
  private @Nullable Duration readAhead;

  @Option(
      names = "--max-attempts",
      paramLabel = "N",
      defaultValue = "10",
      description = "Failed attempts until an entry is dead-lettered (default ${DEFAULT-VALUE}).")
  private int maxAttempts = 10;

  @Option(
      names = "--retry-first",
      paramLabel = "TIME",
      defaultValue = "1s",
      description =
          "The wait after the first failure, doubled with each (default ${DEFAULT-VALUE}).")
  private Duration retryFirst = Duration.ofSeconds(1);

  @Option(
      names = "--retry-cap",
      paramLabel = "TIME",
      defaultValue = "5m",
      description = "The longest of these waits (default ${DEFAULT-VALUE}).")
  private Duration retryCap = Duration.ofMinutes(5);

  @Option(
      names = "--retry-jitter",
      paramLabel = "SHARE",
      defaultValue = "0.2",
      description = "How far these waits are spread, 0 to 1 (default ${DEFAULT-VALUE}).")
  private double retryJitter = 0.2;

  @Option(
      names = "--handler-timeout",
      paramLabel = "TIME",
      description = "How long one entry may take; then it has failed an attempt (default 5m).")
  private @Nullable Duration handlerTimeout;

  @Option(
      names = "--max-crashes",
      paramLabel = "N",
      description = "Workers that may die holding an entry, until it is dead-lettered (default 5).")
  private @Nullable Integer maxCrashes;

  @Option(
      names = "--drain-timeout",
      paramLabel = "TIME",
      description = "How long to wait for handlers when stopping (default 25s).")
  private @Nullable Duration drainTimeout;

  @Option(
      names = "--heartbeat-every",
      paramLabel = "TIME",
      description = "Time between heartbeats (default 1s).")
  private @Nullable Duration heartbeatEvery;

  @Option(
      names = "--lease",
      paramLabel = "TIME",
      description = "How long this worker may be silent before it counts as dead (default 15s).")
  private @Nullable Duration lease;

  @Option(
      names = "--reconnect-grace",
      paramLabel = "TIME",
      description =
          "How long a worker's connection may be gone before it counts as dead (default 2s).")
  private @Nullable Duration reconnectGrace;

  @Option(
      names = "--reclaim-after",
      paramLabel = "TIME",
      description =
          "Idle time after which entries of consumers that are not Millhand's are taken over (default 60s).")
  private @Nullable Duration reclaimAfter;

  @Option(
      names = "--shared-with",
      paramLabel = "TIME",
      description =
          "Other clients of the group claim entries after this idle time: renew ours before.")
  private @Nullable Duration sharedWith;

  @Option(
      names = "--retention",
      paramLabel = "TIME",
      description = "Trim what all groups have finished and is older than that (default: nothing).")
  private @Nullable Duration retention;

  @Option(
      names = "--keep-newest",
      paramLabel = "N",
      description =
          "Trim what all groups have finished, but for the newest N entries; with --retention what is both.")
  private @Nullable Long keepNewest;

  @Option(
      names = "--hard-cap",
      paramLabel = "N",
      description =
          "Trim all but the newest N entries, finished or not: LOSES entries of groups that lag, and counts them.")
  private @Nullable Long hardCap;

  @Option(
      names = "--delete-on-ack",
      description =
          "Delete each entry when it is acked: for a stream that is a queue of this one group.")
  private boolean deleteOnAck;

  @Option(
      names = "--dead-letter-limit",
      paramLabel = "N",
      description = "Dead letters to keep, about (default: all).")
  private @Nullable Long deadLetterLimit;

  /** Time between heartbeats. */
  Duration heartbeatEvery() {
    return heartbeatEvery == null ? Liveness.DEFAULT.heartbeatEvery() : heartbeatEvery;
  }

  /** Hands all of it to a worker's builder. */
  void apply(WorkerBuilder<Entry> worker, EntryHandler handler) {
    worker
        .startAt(groupStart())
        .retry(retryPolicy())
        .concurrency(concurrency == null ? handler.concurrency() : concurrency)
        .handlerThreads(handler.threads())
        .shutdownHook(ShutdownHook.OFF);
    flow(worker);
    liveness(worker);
    upkeep(worker);
  }

  private void flow(WorkerBuilder<Entry> worker) {
    if (maxInFlight != null) {
      worker.maxInFlight(maxInFlight);
    }
    if (maxInFlightBytes != null) {
      worker.maxInFlightBytes(maxInFlightBytes);
    }
    if (readAhead != null) {
      worker.readAhead(readAhead);
    }
    if (handlerTimeout != null) {
      worker.handlerTimeout(handlerTimeout);
    }
    if (maxCrashes != null) {
      worker.maxCrashes(maxCrashes);
    }
    if (drainTimeout != null) {
      worker.drainTimeout(drainTimeout);
    }
  }

  private void liveness(WorkerBuilder<Entry> worker) {
    if (heartbeatEvery != null) {
      worker.heartbeatEvery(heartbeatEvery);
    }
    if (lease != null) {
      worker.lease(lease);
    }
    if (reconnectGrace != null) {
      worker.reconnectGrace(reconnectGrace);
    }
    if (reclaimAfter != null) {
      worker.reclaimAfter(reclaimAfter);
    }
    if (sharedWith != null) {
      worker.sharedWith(sharedWith);
    }
  }

  private void upkeep(WorkerBuilder<Entry> worker) {
    retention().ifPresent(worker::retention);
    if (deadLetterLimit != null) {
      worker.deadLetterLimit(deadLetterLimit);
    }
  }

  private Optional<Retention> retention() {
    var finished = retention != null || keepNewest != null;
    if ((finished ? 1 : 0) + (hardCap != null ? 1 : 0) + (deleteOnAck ? 1 : 0) > 1) {
      throw CommandFailure.usage(
          "--retention (with --keep-newest), --hard-cap and --delete-on-ack are three rules for one thing: give one of them");
    }
    if (finished) {
      return Optional.of(
          new Retention.Finished(
              retention == null ? Duration.ZERO : retention, keepNewest == null ? 0 : keepNewest));
    }
    if (hardCap != null) {
      return Optional.of(Retention.hardCap(hardCap));
    }
    return deleteOnAck ? Optional.of(Retention.deleteOnAck()) : Optional.empty();
  }

  private GroupStart groupStart() {
    return switch (start) {
      case "beginning", "0" -> GroupStart.beginning();
      case "now", "$" -> GroupStart.now();
      default -> start.contains("T") ? atTime() : afterId();
    };
  }

  private GroupStart atTime() {
    try {
      return GroupStart.at(Instant.parse(start));
    } catch (DateTimeException e) {
      throw CommandFailure.usage("--start: not a time such as 2026-01-31T12:00:00Z");
    }
  }

  private GroupStart afterId() {
    try {
      return GroupStart.after(EntryId.parse(start));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--start: expected beginning, now, an entry id or a time");
    }
  }

  private RetryPolicy retryPolicy() {
    try {
      return RetryPolicy.exponential(retryFirst, retryCap)
          .maxAttempts(maxAttempts)
          .jitter(retryJitter);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(
          "--retry-first, --retry-cap, --max-attempts, --retry-jitter: " + e.getMessage());
    }
  }
}
