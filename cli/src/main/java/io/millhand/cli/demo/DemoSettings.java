// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import io.millhand.autoscale.ScalingPolicy;
import io.millhand.cli.CommandFailure;
import io.millhand.config.Checks;
import io.millhand.error.SettingsException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What is to be shown.
 *
 * @param source stream and group
 * @param messages how many to send; empty: until it is stopped
 * @param rate how many to send in a second; empty: as suits the rest
 * @param killsAsked how many workers to kill; empty: as suits the rest
 * @param fleet the workers
 * @param burst where the fleet follows the load: what comes all at once
 */
record DemoSettings(
    Source source,
    OptionalLong messages,
    OptionalDouble rate,
    OptionalInt killsAsked,
    Fleet fleet,
    Optional<Burst> burst) {

  /** Ledgers grow with each, and all of it is kept in memory for the proof. */
  static final long MOST_MESSAGES = 1_000_000;

  private static final double DEFAULT_RATE = 150;
  private static final double QUIET_RATE = 20;
  private static final Duration KILL_EVERY = Duration.ofSeconds(30);

  /**
   * What to work on.
   *
   * @param stream the stream's key
   * @param group the group's name
   */
  record Source(String stream, String group) {}

  /**
   * The workers.
   *
   * @param count how many
   * @param concurrency handlers at once in each
   * @param handlerTime how long a handler takes
   * @param failRate the share of attempts that fail
   * @param lease how long a worker may be silent
   */
  record Fleet(int count, int concurrency, Duration handlerTime, double failRate, Duration lease) {}

  /**
   * Many at once, for a fleet that follows the load.
   *
   * @param count how many
   * @param after when, since the first send
   * @param policy what the fleet is to keep to
   */
  record Burst(long count, Duration after, ScalingPolicy policy) {}

  /** A fleet of one size. */
  DemoSettings(
      Source source,
      OptionalLong messages,
      OptionalDouble rate,
      OptionalInt killsAsked,
      Fleet fleet) {
    this(source, messages, rate, killsAsked, fleet, Optional.empty());
  }

  /** Throws when that cannot work, with all problems. */
  void check() {
    var checks = new Checks();
    messages.ifPresent(count -> checks.range("--messages", count, 1, MOST_MESSAGES));
    burst.ifPresent(many -> checks.range("--messages", many.count(), 1, MOST_MESSAGES / 2));
    checks.range("--workers", fleet.count(), 1, 50);
    checks.range("--concurrency", fleet.concurrency(), 1, 1000);
    checks.range("--handler-ms", fleet.handlerTime().toMillis(), 0, 60_000);
    checks.that(
        fleet.failRate() >= 0 && fleet.failRate() <= 1,
        "--fail-rate must be between 0 and 1, but is %s",
        fleet.failRate());
    rate.ifPresent(
        perSecond ->
            checks.that(
                perSecond >= 0.1 && perSecond <= 100_000,
                "--rate must be between 0.1 and 100000, but is %s",
                perSecond));
    killsAsked.ifPresent(count -> checks.range("--kill", count, 0, 1000));
    checks.that(
        isEndless() || kills() < fleet.count(),
        "--kill (%d) must be below --workers (%d): somebody has to take over",
        kills(),
        fleet.count());
    try {
      checks.throwIfAny("The demo");
    } catch (SettingsException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  boolean isEndless() {
    return messages.isEmpty();
  }

  /** How many are sent at most. */
  long limit() {
    return messages.orElse(MOST_MESSAGES);
  }

  /** How many workers are killed at most. */
  int kills() {
    if (killsAsked.isPresent()) {
      return killsAsked.getAsInt();
    }
    if (burst.isPresent()) {
      return 0;
    }
    if (isEndless()) {
      return fleet.count() > 1 ? Integer.MAX_VALUE : 0;
    }
    return fleet.count() > 1 ? 1 : 0;
  }

  /** How many are sent in a second. */
  double perSecond() {
    if (rate.isPresent()) {
      return rate.getAsDouble();
    }
    if (burst.isPresent()) {
      return QUIET_RATE;
    }
    return isEndless() ? DEFAULT_RATE : limit() / (2.0 * settled().toMillis() / 1000);
  }

  /**
   * When a killed worker's lost connection counts as a sign of its death: once Redis has been up
   * for a lease. Earlier only the lease itself ends it.
   */
  private Duration settled() {
    return fleet.lease().plusSeconds(2);
  }

  /**
   * Whether the next worker is to be killed.
   *
   * @param killed so many have been
   * @param sent so many messages
   * @param running for so long
   */
  boolean wantsKill(int killed, long sent, Duration running) {
    if (killed >= kills()) {
      return false;
    }
    return isEndless()
        ? running.compareTo(settled().plus(KILL_EVERY.multipliedBy(killed))) >= 0
        : sent >= limit() * (killed + 1) / (kills() + 1);
  }
}
