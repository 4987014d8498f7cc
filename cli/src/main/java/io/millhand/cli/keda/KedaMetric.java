// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import io.millhand.autoscale.Advice.Need;
import io.millhand.autoscale.Advice.Unknown;
import io.millhand.autoscale.HpaValue;
import io.millhand.cli.autoscale.NoSignalException;
import io.millhand.cli.autoscale.Signal;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** What a trigger may scale by. */
enum KedaMetric {
  /** The workers that are needed: the number itself, so that its target is 1. */
  REQUIRED_WORKERS("required-workers"),
  /** Entries that the group has not been given. */
  LAG("lag"),
  /** Entries that no live worker has in hand. */
  BACKLOG("backlog"),
  /** How long the oldest of the backlog has waited. */
  OLDEST_AGE_SECONDS("oldest-age-seconds");

  private final String word;

  KedaMetric(String word) {
    this.word = word;
  }

  /** How a trigger names it. */
  String word() {
    return word;
  }

  /** How the HorizontalPodAutoscaler names it, but for KEDA's prefix. */
  String metricName() {
    return "millhand-" + word;
  }

  /** The one of that word. */
  static Optional<KedaMetric> named(String word) {
    return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
  }

  /** All words, for people. */
  static String words() {
    return Arrays.stream(values()).map(KedaMetric::word).collect(Collectors.joining(", "));
  }

  /**
   * Its value, 0 or more.
   *
   * @throws NoSignalException when it is not known
   */
  double of(Signal signal) {
    var value =
        switch (this) {
          case REQUIRED_WORKERS -> workers(signal);
          case LAG -> count(signal.lag());
          case BACKLOG -> count(signal.backlog());
          case OLDEST_AGE_SECONDS -> oldest(signal);
        };
    // A negative value would send the fleet to its maximum: see docs/adr/0015.
    return value.stream()
        .filter(each -> each >= 0 && Double.isFinite(each))
        .findFirst()
        .orElseThrow(() -> unknown(signal, "it could not be measured"));
  }

  private OptionalDouble workers(Signal signal) {
    return switch (signal.advice()) {
      case Need need -> OptionalDouble.of(HpaValue.of(need.workers(), signal.ready()));
      case Unknown unknown -> throw unknown(signal, unknown.reason());
    };
  }

  private NoSignalException unknown(Signal signal, String why) {
    return new NoSignalException(
        "%s of %s is not known: %s"
            .formatted(word, Refusals.named(signal.stream(), signal.group()), why));
  }

  private static OptionalDouble count(OptionalLong count) {
    return count.isPresent()
        ? OptionalDouble.of((double) count.getAsLong())
        : OptionalDouble.empty();
  }

  /** Where nothing waits, nothing has an age: that is known, and 0. */
  private static OptionalDouble oldest(Signal signal) {
    return signal.backlog().orElse(-1) == 0 ? OptionalDouble.of(0) : signal.oldestSeconds();
  }
}
