// SPDX-License-Identifier: Apache-2.0
package io.millhand.config;

import io.millhand.delivery.RetryPolicy;
import java.time.Duration;
import java.util.Optional;

/**
 * Everything that can be set about a worker. Made by its builder, which documents each; see also
 * docs/settings.md.
 *
 * @param stream the stream's key
 * @param group the group's name
 * @param consumer a fixed consumer name; empty for one of our making
 * @param start where a new group begins
 * @param flow how much at once
 * @param handling how handlers run
 * @param liveness how the dead are told from the living
 * @param upkeep what the keeper does besides
 * @param drainTimeout how long a stopping worker waits for its handlers
 * @param hook whether a shutdown hook drains the worker
 */
public record WorkerSettings(
    String stream,
    String group,
    Optional<String> consumer,
    GroupStart start,
    Flow flow,
    Handling handling,
    Liveness liveness,
    Upkeep upkeep,
    Duration drainTimeout,
    ShutdownHook hook) {

  /**
   * Whether {@code start()} installs a shutdown hook that drains the worker on SIGTERM and SIGINT.
   */
  public enum ShutdownHook {
    /** Yes. */
    ON,
    /** No: a framework closes the worker. */
    OFF
  }

  /** What kind of threads handlers run on. */
  public enum HandlerThreads {
    /** One virtual thread each: for handlers that wait. */
    VIRTUAL,
    /** A pool of platform threads: for handlers that compute. */
    PLATFORM
  }

  /**
   * How much at once.
   *
   * @param concurrency handlers at once
   * @param maxInFlight entries held at once, running or waiting
   * @param maxInFlightBytes bytes held at once
   * @param readAhead how far to read ahead of the handlers
   */
  public record Flow(int concurrency, int maxInFlight, long maxInFlightBytes, Duration readAhead) {
    /** The defaults. */
    public static final Flow DEFAULT = new Flow(64, 1024, 64L << 20, Duration.ofMillis(200));
  }

  /**
   * How handlers run.
   *
   * @param retry what follows a failure
   * @param timeout how long a handler may run
   * @param maxAbandoned how many handlers may ignore their interrupt before the worker gives up
   * @param maxCrashes how many workers an entry may kill
   * @param threads what handlers run on
   */
  public record Handling(
      RetryPolicy retry,
      Duration timeout,
      int maxAbandoned,
      int maxCrashes,
      HandlerThreads threads) {
    /** The defaults. */
    public static final Handling DEFAULT =
        new Handling(
            RetryPolicy.exponential(Duration.ofSeconds(1), Duration.ofMinutes(5)),
            Duration.ofMinutes(5),
            16,
            5,
            HandlerThreads.VIRTUAL);
  }

  /**
   * How the dead are told from the living.
   *
   * @param heartbeatEvery time between heartbeats
   * @param lease how long a worker may be silent
   * @param reconnectGrace how long a worker's connection may be gone
   * @param reclaimAfter how long a consumer that is not ours may hold an entry
   */
  public record Liveness(
      Duration heartbeatEvery, Duration lease, Duration reconnectGrace, Duration reclaimAfter) {
    /** The defaults. */
    public static final Liveness DEFAULT =
        new Liveness(
            Duration.ofSeconds(1),
            Duration.ofSeconds(15),
            Duration.ofSeconds(2),
            Duration.ofSeconds(60));

    /** How much before the end of its lease a worker stops to start handlers. */
    public Duration margin() {
      return heartbeatEvery.multipliedBy(2);
    }
  }

  /**
   * What the keeper does besides.
   *
   * @param retention what it trims
   * @param deadLetterLimit how many dead letters are kept; 0 for all
   * @param sharedWith the least idle time by which other clients of the group claim, if there are
   *     such
   */
  public record Upkeep(Retention retention, long deadLetterLimit, Optional<Duration> sharedWith) {
    /** The defaults. */
    public static final Upkeep DEFAULT = new Upkeep(Retention.keepAll(), 0, Optional.empty());
  }

  /** Checks every setting and how they fit; problems go to {@code checks}. */
  public void check(Checks checks) {
    names(checks);
    checks.range("concurrency", flow.concurrency(), 1, 100_000);
    checks.range("maxInFlight", flow.maxInFlight(), 1, 1_000_000);
    checks.that(
        flow.maxInFlight() >= flow.concurrency(),
        "maxInFlight (%d) must not be below concurrency (%d): handlers would wait for entries that may not be read",
        flow.maxInFlight(),
        flow.concurrency());
    checks.range("maxInFlightBytes", flow.maxInFlightBytes(), 1 << 10, Long.MAX_VALUE);
    checks.between("readAhead", flow.readAhead(), Duration.ZERO, Duration.ofMinutes(1));
    checks.between(
        "handlerTimeout", handling.timeout(), Duration.ofMillis(1), Duration.ofDays(365));
    checks.range("maxAbandoned", handling.maxAbandoned(), 1, 100_000);
    checks.that(
        handling.maxAbandoned() <= flow.maxInFlight(),
        "maxAbandoned (%d) must not exceed maxInFlight (%d): nothing could be read long before the worker gives up",
        handling.maxAbandoned(),
        flow.maxInFlight());
    checks.range("maxCrashes", handling.maxCrashes(), 3, 1000);
    liveness(checks);
    checks.between("drainTimeout", drainTimeout, Duration.ZERO, Duration.ofDays(1));
    checks.range("deadLetterLimit", upkeep.deadLetterLimit(), 0, Long.MAX_VALUE);
    retention(checks);
  }

  private void names(Checks checks) {
    checks.name("stream", stream);
    checks.name("group", group);
    consumer.ifPresent(
        name -> {
          checks.name("consumer", name);
          checks.that(
              !name.startsWith("~"), "a consumer name must not begin with ~, which is reserved");
          checks.that(
              name.indexOf('\n') < 0 && name.indexOf('\r') < 0,
              "a consumer name must be on one line");
        });
  }

  private void liveness(Checks checks) {
    var beat = liveness.heartbeatEvery();
    checks.between("heartbeatEvery", beat, Duration.ofMillis(50), Duration.ofMinutes(1));
    checks.between("lease", liveness.lease(), Duration.ofMillis(200), Duration.ofHours(1));
    checks.that(
        liveness.lease().compareTo(beat.multipliedBy(4)) >= 0,
        "lease (%s) must be at least 4 x heartbeatEvery (%s), or a short pause costs a living worker its entries",
        liveness.lease(),
        beat);
    checks.between(
        "reconnectGrace", liveness.reconnectGrace(), Duration.ofMillis(100), Duration.ofHours(1));
    checks.that(
        liveness.reconnectGrace().compareTo(liveness.lease()) <= 0,
        "reconnectGrace (%s) must not exceed lease (%s), which ends first then",
        liveness.reconnectGrace(),
        liveness.lease());
    checks.that(
        liveness.reconnectGrace().compareTo(beat.multipliedBy(2)) >= 0,
        "reconnectGrace (%s) must be at least 2 x heartbeatEvery (%s), or a worker that reconnects is taken for dead",
        liveness.reconnectGrace(),
        beat);
    checks.between(
        "reclaimAfter", liveness.reclaimAfter(), Duration.ofMillis(100), Duration.ofDays(30));
    upkeep
        .sharedWith()
        .ifPresent(
            idle ->
                checks.that(
                    idle.compareTo(beat.multipliedBy(4)) >= 0,
                    "sharedWith (%s) must be at least 4 x heartbeatEvery (%s), or renewals come too late",
                    idle,
                    beat));
  }

  private void retention(Checks checks) {
    switch (upkeep.retention()) {
      case Retention.Finished finished -> {
        checks.between("retention", finished.keepFor(), Duration.ZERO, Duration.ofDays(36_500));
        checks.range("keepNewest", finished.keepNewest(), 0, Long.MAX_VALUE);
      }
      case Retention.HardCap cap -> checks.range("hardCap", cap.entries(), 1, Long.MAX_VALUE);
      case Retention.KeepAll all -> {
        // nothing to check
      }
      case Retention.DeleteOnAck deletes -> {
        // nothing to check
      }
    }
  }
}
