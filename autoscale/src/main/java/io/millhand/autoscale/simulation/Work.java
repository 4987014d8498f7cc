// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

/** How long a handler works on an entry that nothing slows down: a distribution, in seconds. */
public sealed interface Work {

  /** Its mean, in seconds. */
  double mean();

  /**
   * Always the same.
   *
   * @param mean seconds
   */
  record Constant(double mean) implements Work {}

  /**
   * Many short, few long.
   *
   * @param mean seconds
   */
  record Exponential(double mean) implements Work {}

  /**
   * A heavy tail.
   *
   * @param mean seconds
   * @param sigma of the logarithm; 1.5 makes one in a hundred ten times the mean or longer
   */
  record Lognormal(double mean, double sigma) implements Work {}

  /**
   * Two kinds of entries.
   *
   * @param shorter seconds of the one
   * @param longer seconds of the other
   * @param share which part is of the longer kind
   */
  record Bimodal(double shorter, double longer, double share) implements Work {
    @Override
    public double mean() {
      return shorter + (longer - shorter) * share;
    }
  }
}
