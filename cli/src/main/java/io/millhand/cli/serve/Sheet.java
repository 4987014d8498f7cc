// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values of one scrape. One thread at a time. */
final class Sheet {

  private final Map<Metric, List<Sample>> samples = new LinkedHashMap<>();

  /**
   * A value.
   *
   * @param labels values of the metric's labels, in their order
   * @param value the value
   */
  record Sample(List<String> labels, double value) {}

  /** Adds a time, in seconds. */
  void add(Metric metric, Duration time, String... labels) {
    add(metric, time.toMillis() / 1000.0, labels);
  }

  /** Adds a value; what is not known is not added, and so is no sample. */
  void add(Metric metric, Number value, String... labels) {
    if (labels.length != metric.labels().size()) {
      throw new IllegalArgumentException(
          "%s has the labels %s, but was given %d values"
              .formatted(metric.name(), metric.labels(), labels.length));
    }
    samples
        .computeIfAbsent(metric, each -> new ArrayList<>())
        .add(new Sample(List.of(labels), value.doubleValue()));
  }

  /** All values, by metric, in the order in which the metrics came. */
  Map<Metric, List<Sample>> samples() {
    return samples;
  }
}
