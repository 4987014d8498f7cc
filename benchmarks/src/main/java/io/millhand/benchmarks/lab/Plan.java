// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.lab;

import java.util.List;

/**
 * How much to measure.
 *
 * @param entries of a drain
 * @param rounds how often each contender is measured
 * @param contenders names of contenders or their families; empty for all
 * @param size how thorough
 */
public record Plan(long entries, int rounds, List<String> contenders, Size size) {

  /** How thorough. */
  public enum Size {
    /** Just enough to see that it runs: figures mean nothing. */
    QUICK,
    /** What says something, in a bearable time. */
    USUAL,
    /** All points, and slow contenders as long as fast ones. */
    FULL
  }

  /** One of three, by the size. */
  public <T> T pick(T quick, T usual, T full) {
    return switch (size) {
      case QUICK -> quick;
      case USUAL -> usual;
      case FULL -> full;
    };
  }
}
