// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A series as Prometheus sees it: labels in whatever order.
 *
 * @param name the metric's name
 * @param labels its labels
 */
record Series(String name, Map<String, String> labels) {

  private static final Pattern LINE = Pattern.compile("(\\w+)(?:\\{(.*)})? (\\S+)");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** The series of a text, with their values. */
  static Map<Series, Double> of(String text, Predicate<String> names) {
    return text.lines()
        .map(LINE::matcher)
        .filter(line -> line.matches() && names.test(line.group(1)))
        .collect(
            Collectors.toMap(
                line -> new Series(line.group(1), labels(line.group(2))),
                line -> Double.parseDouble(line.group(3))));
  }

  private static Map<String, String> labels(String text) {
    var labels = new TreeMap<String, String>();
    var label = LABEL.matcher(text == null ? "" : text);
    while (label.find()) {
      labels.put(label.group(1), label.group(2));
    }
    return labels;
  }
}
