// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.faults;

import io.millhand.verification.row.Measures;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How a trial ended.
 *
 * @param test class and method
 * @param rows ids
 * @param fault what was done
 * @param bound what must hold
 * @param seed of the trial
 * @param seconds that it took, its Java's start included
 * @param end what came out
 */
record Result(
    String test,
    List<String> rows,
    String fault,
    String bound,
    long seed,
    double seconds,
    End end) {

  private static final int LONGEST = 300;

  /** The verdict on a trial. */
  enum Verdict {
    /** Everything held. */
    GREEN,
    /** Something did not. */
    RED,
    /** It could not be tried here. */
    SKIPPED
  }

  /**
   * What came out of a trial.
   *
   * @param verdict on it
   * @param why it is red or skipped; else empty
   * @param measures what it measured
   */
  record End(Verdict verdict, String why, Measures measures) {}

  static Result of(Case row, long seed, double seconds, End end) {
    return new Result(row.test(), row.rows(), row.fault(), row.bound(), seed, seconds, end);
  }

  boolean is(Verdict verdict) {
    return end.verdict() == verdict;
  }

  /** Why, on one line: up to where in the code. */
  String reason() {
    var text =
        end.why()
            .lines()
            .map(String::strip)
            .takeWhile(line -> !line.startsWith("at "))
            .collect(Collectors.joining(" "));
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }
}
