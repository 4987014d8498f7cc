// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.faults;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Notes of several trials, those that say the same of each with another figure as one. */
final class Remarks {

  private static final int MOST = 5;
  private static final int FIGURES = 3;

  /** {@code 12 lost by Redis: evicted}, or {@code kills 28}. */
  private static final Pattern FIGURE =
      Pattern.compile("(?<first>\\d+) (?<what>.+)|(?<name>.+) (?<last>\\S+)");

  private Remarks() {}

  /** A few of them, in their order. */
  static List<String> of(Stream<String> notes) {
    var merged = new LinkedHashMap<String, List<String>>();
    notes.forEach(
        note -> {
          var figure = FIGURE.matcher(note);
          var text = note;
          var value = "";
          if (figure.matches()) {
            var leads = figure.group("first") != null;
            text = leads ? "%s " + figure.group("what") : figure.group("name") + " %s";
            value = figure.group(leads ? "first" : "last");
          }
          merged.computeIfAbsent(text, it -> new ArrayList<>()).add(value);
        });
    return merged.entrySet().stream()
        .limit(MOST)
        .map(each -> told(each.getKey(), each.getValue().stream().distinct().toList()))
        .toList();
  }

  private static String told(String text, List<String> values) {
    var shown = String.join(", ", values.subList(0, Math.min(FIGURES, values.size())));
    return text.replace("%s", values.size() > FIGURES ? shown + ", ..." : shown);
  }
}
