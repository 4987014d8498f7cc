// SPDX-License-Identifier: Apache-2.0
package io.millhand.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Meters with common tags, which go together. Thread-safe. */
final class Shelf {

  private static final String ENTRIES = "entries";

  private static final Duration[] TIMES = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofMinutes(1),
    Duration.ofMinutes(5),
    Duration.ofHours(1)
  };

  private static final double[] SIZES = {1, 5, 10, 25, 50, 100, 250, 500};

  private final MeterRegistry registry;
  private final Tags tags;
  private final Object lock = new Object();

  /** Guarded by the lock. */
  private final Set<Meter> meters = new HashSet<>();

  /** Guarded by the lock. */
  private boolean cleared;

  Shelf(MeterRegistry registry, Tags tags) {
    this.registry = registry;
    this.tags = tags;
  }

  Counter counter(String name, String help, String... more) {
    return keep(
        () -> Counter.builder(name).description(help).tags(tags.and(more)).register(registry));
  }

  /** A timer with a histogram. */
  Timer timer(String name, String help, String... more) {
    return keep(
        () ->
            Timer.builder(name)
                .description(help)
                .tags(tags.and(more))
                .serviceLevelObjectives(TIMES)
                .register(registry));
  }

  /** A timer of what is seldom: without a histogram. */
  Timer shortTimer(String name, String help, Iterable<Tag> more) {
    return keep(
        () -> Timer.builder(name).description(help).tags(tags.and(more)).register(registry));
  }

  /** How many entries at once. */
  DistributionSummary sizes(String name, String help, String... more) {
    return keep(
        () ->
            DistributionSummary.builder(name)
                .description(help)
                .baseUnit(ENTRIES)
                .tags(tags.and(more))
                .serviceLevelObjectives(SIZES)
                .register(registry));
  }

  void entries(String name, String help, Supplier<Number> value) {
    var unused =
        keep(
            () ->
                Gauge.builder(name, value)
                    .description(help)
                    .baseUnit(ENTRIES)
                    .tags(tags)
                    .register(registry));
  }

  void gauge(String name, String help, Supplier<Number> value, String... more) {
    var unused =
        keep(
            () ->
                Gauge.builder(name, value)
                    .description(help)
                    .tags(tags.and(more))
                    .register(registry));
  }

  /** A gauge of a time, given in nanoseconds. */
  void nanos(String name, String help, Supplier<Number> value) {
    var unused =
        keep(
            () ->
                TimeGauge.builder(name, value, TimeUnit.NANOSECONDS)
                    .description(help)
                    .tags(tags)
                    .register(registry));
  }

  /** What comes too late is registered for nobody. */
  private <M extends Meter> M keep(Supplier<M> making) {
    synchronized (lock) {
      var meter = making.get();
      if (cleared) {
        registry.remove(meter);
      } else {
        meters.add(meter);
      }
      return meter;
    }
  }

  /** Takes all out of the registry. */
  void clear() {
    synchronized (lock) {
      cleared = true;
      meters.forEach(registry::remove);
      meters.clear();
    }
  }
}
