// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import io.millhand.cli.Json;
import io.millhand.cli.autoscale.NoSignalException;
import io.millhand.cli.autoscale.Signal;
import io.millhand.cli.autoscale.Signals;
import io.millhand.cli.external.ExternalMetric.Reading;
import io.millhand.cli.external.Status.Refused;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;

/**
 * Values of a metric, of all groups that a selector selects; a controller adds them up. What is not
 * known is a 503, and what is not there a 404: both leave a fleet as it is. An empty list would do
 * that too, but say nothing; and 0 would be believed.
 */
final class Values {

  /** How many groups an error names. */
  private static final int NAMED = 10;

  private final Signals signals;

  /** Of what stands on that board. */
  Values(Signals signals) {
    this.signals = signals;
  }

  /**
   * A group's value.
   *
   * @param signal of the group
   * @param labels of the group
   * @param quantity the value
   */
  private record Item(Signal signal, Map<String, String> labels, String quantity) {}

  /**
   * Values as an ExternalMetricValueList.
   *
   * @param selector as a client writes it
   * @throws Refused when it cannot be told
   */
  String list(ExternalMetric metric, String selector) {
    var selected = selected(metric, parsed(selector), selector);
    checkLabels(selected);
    var items = new ArrayList<Item>();
    for (var signal : selected) {
      items.add(new Item(signal, GroupLabels.of(signal), quantity(metric, signal)));
    }
    return Json.write(json -> write(json, metric, items));
  }

  private static Selector parsed(String selector) {
    try {
      return Selector.parse(selector);
    } catch (SelectorException e) {
      throw new Refused(400, "unable to parse the label selector: " + e.getMessage());
    }
  }

  private List<Signal> selected(ExternalMetric metric, Selector selector, String text) {
    List<Signal> all;
    try {
      all = signals.all();
    } catch (NoSignalException e) {
      throw new Refused(
          503, "%s is not known now: %s".formatted(metric.metricName(), e.getMessage()));
    }
    var selected = all.stream().filter(signal -> selector.matches(GroupLabels.of(signal))).toList();
    if (selected.isEmpty()) {
      throw new Refused(
          404,
          "%s: no group has labels '%s'; there are: %s"
              .formatted(metric.metricName(), text, named(all)));
    }
    return selected;
  }

  /** Two groups of the same labels cannot be told apart, and nobody means both. */
  private static void checkLabels(List<Signal> selected) {
    var seen = new HashSet<Map<String, String>>();
    for (var signal : selected) {
      if (!seen.add(GroupLabels.of(signal))) {
        throw new Refused(
            409,
            "several groups have the labels %s, so that none can be meant: look at one of them, with --streams and --groups"
                .formatted(text(GroupLabels.of(signal))));
      }
    }
  }

  private static String quantity(ExternalMetric metric, Signal signal) {
    return switch (metric.of(signal)) {
      case Reading.Known known -> known.quantity();
      case Reading.Unknown unknown ->
          throw new Refused(
              503,
              "%s of %s is not known now: %s"
                  .formatted(metric.metricName(), text(GroupLabels.of(signal)), unknown.why()));
    };
  }

  private static String named(List<Signal> all) {
    if (all.isEmpty()) {
      return "none at all";
    }
    var names =
        all.stream()
            .map(signal -> text(GroupLabels.of(signal)))
            .distinct()
            .sorted()
            .limit(NAMED)
            .collect(Collectors.joining("; "));
    return all.size() > NAMED ? "%s, and %d more".formatted(names, all.size() - NAMED) : names;
  }

  private static String text(Map<String, String> labels) {
    return labels.entrySet().stream()
        .map(label -> label.getKey() + "=" + label.getValue())
        .collect(Collectors.joining(","));
  }

  private static void write(JsonGenerator json, ExternalMetric metric, List<Item> items) {
    json.writeStartObject();
    json.writeStringProperty("kind", "ExternalMetricValueList");
    json.writeStringProperty("apiVersion", Discovery.GROUP_VERSION);
    json.writeName("metadata").writeStartObject().writeEndObject();
    json.writeName("items").writeStartArray();
    for (var item : items) {
      writeItem(json, metric, item);
    }
    json.writeEndArray().writeEndObject();
  }

  private static void writeItem(JsonGenerator json, ExternalMetric metric, Item item) {
    json.writeStartObject();
    json.writeStringProperty("metricName", metric.metricName());
    json.writeName("metricLabels").writeStartObject();
    item.labels().forEach(json::writeStringProperty);
    json.writeEndObject();
    json.writeStringProperty(
        "timestamp", item.signal().at().truncatedTo(ChronoUnit.SECONDS).toString());
    json.writeNumberProperty("window", metric.window().length().toSeconds());
    json.writeStringProperty("value", item.quantity());
    json.writeEndObject();
  }
}
