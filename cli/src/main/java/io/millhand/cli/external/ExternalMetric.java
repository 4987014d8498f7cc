// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import io.millhand.autoscale.Advice;
import io.millhand.autoscale.HpaValue;
import io.millhand.cli.autoscale.Signal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What can be asked of a group. */
enum ExternalMetric {
  /** Workers it needs, put so that a controller does not ignore it: target averageValue 1. */
  REQUIRED_WORKERS("millhand-required-workers", Window.MINUTE),
  /** Entries it has not been given. */
  LAG("millhand-lag", Window.MOMENT),
  /** Entries that no live worker has in hand. */
  BACKLOG("millhand-backlog", Window.MOMENT),
  /** How long the oldest of its backlog has waited. */
  OLDEST_AGE("millhand-oldest-age-seconds", Window.MOMENT),
  /** How long until nothing waits. */
  DRAIN("millhand-drain-seconds", Window.MINUTE),
  /** Which part of its workers' handlers are busy. */
  UTILISATION("millhand-utilisation", Window.MINUTE),
  /** Entries given to a consumer and not settled, by the name of a much-copied recipe. */
  PENDING("redis_stream_pending_messages", Window.MOMENT);

  private static final String UNKNOWN = "Redis cannot tell, or it has not been measured yet";

  private final String metricName;
  private final Window window;

  ExternalMetric(String metricName, Window window) {
    this.metricName = metricName;
    this.window = window;
  }

  /** From which time before the measurement it was calculated. */
  enum Window {
    /** From none. */
    MOMENT(Duration.ZERO),
    /** From about a minute. */
    MINUTE(Duration.ofMinutes(1));

    private final Duration length;

    Window(Duration length) {
      this.length = length;
    }

    /** How long that is. */
    Duration length() {
      return length;
    }
  }

  /** What can be told of a group: a quantity, or that it is not known. */
  sealed interface Reading {

    /**
     * It is known.
     *
     * @param quantity as Kubernetes writes it
     */
    record Known(String quantity) implements Reading {}

    /**
     * It is not, and whoever asked must be told so: it is no 0.
     *
     * @param why not
     */
    record Unknown(String why) implements Reading {}
  }

  /** The metric of that name; empty where there is none. */
  static Optional<ExternalMetric> named(String name) {
    return Stream.of(values()).filter(each -> each.metricName.equals(name)).findFirst();
  }

  /** Its name in the API. */
  String metricName() {
    return metricName;
  }

  /** From which time it is calculated. */
  Window window() {
    return window;
  }

  /** Reads it from a signal. */
  Reading of(Signal signal) {
    return switch (this) {
      case REQUIRED_WORKERS -> workers(signal, signal.advice());
      case LAG -> whole(signal.lag());
      case BACKLOG -> whole(signal.backlog());
      case OLDEST_AGE -> ofWaiting(signal, signal.oldestSeconds());
      case DRAIN -> ofWaiting(signal, signal.drainSeconds());
      case UTILISATION -> number(signal.utilisation());
      case PENDING -> whole(OptionalLong.of(signal.pending()));
    };
  }

  private static Reading workers(Signal signal, Advice advice) {
    return switch (advice) {
      case Advice.Need need -> whole(OptionalLong.of(HpaValue.of(need.workers(), signal.ready())));
      case Advice.Unknown unknown -> new Reading.Unknown(unknown.reason());
    };
  }

  private static Reading whole(OptionalLong number) {
    return number.isPresent() && number.getAsLong() >= 0
        ? new Reading.Known(Quantity.of(number.getAsLong()))
        : new Reading.Unknown(UNKNOWN);
  }

  /** Where nothing waits, nothing has waited, and it is over at once. */
  private static Reading ofWaiting(Signal signal, OptionalDouble seconds) {
    return signal.backlog().equals(OptionalLong.of(0))
        ? new Reading.Known(Quantity.of(0L))
        : number(seconds);
  }

  private static Reading number(OptionalDouble number) {
    return number.isPresent() && Double.isFinite(number.getAsDouble()) && number.getAsDouble() >= 0
        ? new Reading.Known(Quantity.of(number.getAsDouble()))
        : new Reading.Unknown(UNKNOWN);
  }
}
