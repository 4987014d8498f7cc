// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import io.millhand.cli.autoscale.Signal;
import java.util.Map;
import java.util.TreeMap;

/**
 * The labels of a group: {@code stream} and {@code group}. Names of Redis may be what no label may
 * be, such as {@code orders:eu}, and a HorizontalPodAutoscaler cannot ask for that: there, each
 * character that a label may not have is an underscore, what is neither letter nor digit goes from
 * both ends, and what is too long is cut to 63. So {@code orders:eu} is {@code orders_eu}.
 */
final class GroupLabels {

  private GroupLabels() {}

  /** A group's, by name. */
  static Map<String, String> of(Signal signal) {
    return new TreeMap<>(Map.of("group", value(signal.group()), "stream", value(signal.stream())));
  }

  /** A name as the value of a label. */
  static String value(String name) {
    if (LabelSyntax.isValue(name)) {
      return name;
    }
    var plain = ends(name.replaceAll("[^-A-Za-z0-9_.]", "_"));
    return plain.length() <= LabelSyntax.LONGEST
        ? plain
        : ends(plain.substring(0, LabelSyntax.LONGEST));
  }

  private static String ends(String name) {
    var from = 0;
    var to = name.length();
    while (from < to && !isLetterOrDigit(name.charAt(from))) {
      from++;
    }
    while (to > from && !isLetterOrDigit(name.charAt(to - 1))) {
      to--;
    }
    return name.substring(from, to);
  }

  private static boolean isLetterOrDigit(char c) {
    return c < 0x80 && Character.isLetterOrDigit(c);
  }
}
