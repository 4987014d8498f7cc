// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.report;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Values of one measurement. Threads: one. */
public final class Figures {

  private final EnumMap<Metric, Double> values = new EnumMap<>(Metric.class);

  /** One more, or another value for one. */
  public Figures with(Metric metric, double value) {
    values.put(metric, value);
    return this;
  }

  /** The same for a count. */
  public Figures with(Metric metric, long value) {
    return with(metric, (double) value);
  }

  /** All of another's. */
  public Figures with(Figures others) {
    values.putAll(others.values);
    return this;
  }

  /** A value, where it was measured. */
  public Optional<Double> find(Metric metric) {
    return Optional.ofNullable(values.get(metric));
  }

  /** The same, and it is gone from here. */
  public Optional<Double> take(Metric metric) {
    return Optional.ofNullable(values.remove(metric));
  }

  /** All, in the order of {@link Metric}. */
  public Map<Metric, Double> all() {
    return java.util.Collections.unmodifiableMap(values);
  }

  /** As one line of JSON. */
  public String json() {
    return values.entrySet().stream()
        .map(each -> "\"" + each.getKey().key() + "\":" + each.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }

  /** For a progress line. */
  @Override
  public String toString() {
    return values.entrySet().stream()
        .map(each -> each.getKey().text(each.getValue()) + " " + each.getKey().heading())
        .collect(Collectors.joining(", "));
  }
}
