// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.model;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A sorted set. */
record ZsetValue(HashMap<String, Double> scores) {

  ZsetValue() {
    this(new HashMap<>());
  }

  ZsetValue copy() {
    return new ZsetValue(new HashMap<>(scores));
  }

  /** By score, then by name. */
  List<Map.Entry<String, Double>> sorted() {
    return scores.entrySet().stream()
        .sorted(
            Map.Entry.<String, Double>comparingByValue()
                .thenComparing(Map.Entry.comparingByKey(Comparator.naturalOrder())))
        .toList();
  }

  static String text(double score) {
    return score == Math.rint(score) ? Long.toString((long) score) : Double.toString(score);
  }
}
