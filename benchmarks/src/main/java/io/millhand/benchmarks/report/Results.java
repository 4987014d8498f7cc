// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * All that a run measured. Threads: one. Owns: the measurements and remarks.
 *
 * <p>The limit of a piece of work is the best median rate of the contenders whose names begin with
 * {@value #LIMIT}.
 */
public final class Results {

  /** What the names of the yardstick's variants begin with. */
  public static final String LIMIT = "limit";

  private final List<Measurement> measurements = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private int failures;

  /** One more. */
  public void add(Measurement measurement) {
    measurements.add(measurement);
  }

  /** Something to tell beside the figures. */
  public void remark(String text) {
    if (!remarks.contains(text)) {
      remarks.add(text);
    }
  }

  /** A measurement that broke. */
  public void failed(String text) {
    failures++;
    remark(text);
  }

  /** How many measurements broke. */
  public int failures() {
    return failures;
  }

  /** All so far, in order. */
  public List<Measurement> measurements() {
    return List.copyOf(measurements);
  }

  /** What is to be told beside the figures. */
  public List<String> remarks() {
    return List.copyOf(remarks);
  }

  /** The rows, in the order in which they were first measured. */
  public List<Row> rows() {
    Map<Place, Map<Metric, List<Double>>> values = new LinkedHashMap<>();
    for (var each : measurements) {
      var place = new Place(each.part(), each.work(), each.contender());
      var found = values.computeIfAbsent(place, unused -> new EnumMap<>(Metric.class));
      each.figures()
          .all()
          .forEach(
              (metric, value) ->
                  found.computeIfAbsent(metric, unused -> new ArrayList<>()).add(value));
    }
    Map<Place, Map<Metric, Stat>> stats = new LinkedHashMap<>();
    values.forEach(
        (place, metrics) -> {
          var found = new EnumMap<Metric, Stat>(Metric.class);
          metrics.forEach((metric, list) -> found.put(metric, Stat.of(list)));
          stats.put(place, found);
        });
    return stats.entrySet().stream()
        .map(each -> row(each.getKey(), each.getValue(), limit(stats, each.getKey())))
        .toList();
  }

  private record Place(String part, String work, String contender) {}

  private static Row row(Place place, Map<Metric, Stat> stats, OptionalDouble limit) {
    var rate = stats.get(Metric.RATE);
    var ofLimit =
        rate == null || limit.isEmpty()
            ? OptionalDouble.empty()
            : OptionalDouble.of(rate.median() / limit.getAsDouble());
    return new Row(place.part(), place.work(), place.contender(), stats, ofLimit);
  }

  private static OptionalDouble limit(Map<Place, Map<Metric, Stat>> stats, Place of) {
    return stats.entrySet().stream()
        .filter(each -> each.getKey().part().equals(of.part()))
        .filter(each -> each.getKey().work().equals(of.work()))
        .filter(each -> each.getKey().contender().startsWith(LIMIT))
        .map(each -> each.getValue().get(Metric.RATE))
        .filter(java.util.Objects::nonNull)
        .map(Stat::median)
        .max(Comparator.naturalOrder())
        .map(OptionalDouble::of)
        .orElse(OptionalDouble.empty());
  }
}
