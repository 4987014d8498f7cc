// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.report;

import java.util.Collection;

/**
 * What several rounds gave for one metric.
 *
 * @param min the least
 * @param median the one in the middle, of an even number the mean of the two
 * @param max the most
 * @param count how many rounds
 */
public record Stat(double min, double median, double max, int count) {

  /** Of these values, one at least. */
  public static Stat of(Collection<Double> values) {
    var sorted = values.stream().mapToDouble(each -> each).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("no values");
    }
    var middle = sorted.length / 2;
    var median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Stat(sorted[0], median, sorted[sorted.length - 1], sorted.length);
  }

  /** How far apart they are, as a share of the median; 0 where that is 0. */
  public double spread() {
    return median == 0 ? 0 : (max - min) / median;
  }
}
