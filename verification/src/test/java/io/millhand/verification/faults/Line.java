// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.faults;

import io.millhand.verification.faults.Result.Verdict;
import io.millhand.verification.row.Measures;
import io.millhand.verification.row.Measures.Figures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * One test over all its seeds.
 *
 * @param rows ids
 * @param fault what was done
 * @param bound what must hold
 * @param test class and method
 * @param trials how many ran, skipped ones not among them
 * @param sent entries, in all trials together
 * @param lost entries, in all trials together; what Redis itself lost is not among them
 * @param lostByRedis entries, in all trials together
 * @param duplicates of the worst trial
 * @param overlaps concurrent duplicates of the worst trial
 * @param times by what took them
 * @param remarks notes of the trials; why one is red or skipped
 * @param verdict red if any trial is, skipped if all are
 */
record Line(
    List<String> rows,
    String fault,
    String bound,
    String test,
    int trials,
    long sent,
    long lost,
    long lostByRedis,
    long duplicates,
    long overlaps,
    Map<String, Times> times,
    List<String> remarks,
    Verdict verdict) {

  /**
   * A time over the seeds, in milliseconds.
   *
   * @param median of all trials that told it; of two in the middle the longer
   * @param worst of them
   */
  record Times(long median, long worst) {
    static Times of(List<Long> millis) {
      var sorted = millis.stream().sorted().toList();
      return new Times(sorted.get(sorted.size() / 2), sorted.getLast());
    }
  }

  /** The lines of the table, in its order. */
  static List<Line> of(List<Result> results) {
    return results.stream()
        .collect(Collectors.groupingBy(Result::test, LinkedHashMap::new, Collectors.toList()))
        .values()
        .stream()
        .map(Line::merged)
        .sorted(Comparator.comparing(Line::rows, Case.TABLE_ORDER).thenComparing(Line::test))
        .toList();
  }

  /** The results of one test. */
  private static Line merged(List<Result> results) {
    var last = results.getLast();
    var ran = results.stream().filter(it -> !it.is(Verdict.SKIPPED)).toList();
    var measures = ran.stream().map(it -> it.end().measures()).toList();
    var figures = measures.stream().flatMap(it -> it.ledger().stream()).toList();
    var lostByRedis = measures.stream().mapToLong(Measures::lostByRedis).sum();
    return new Line(
        last.rows(),
        last.fault(),
        last.bound(),
        last.test(),
        ran.size(),
        sum(figures, Figures::sent),
        Math.max(0, sum(figures, Figures::lost) - lostByRedis),
        lostByRedis,
        worst(figures, Figures::duplicates),
        worst(figures, Figures::overlaps),
        times(measures),
        remarks(results, figures),
        verdict(results));
  }

  private static long sum(List<Figures> figures, ToLongFunction<Figures> what) {
    return figures.stream().mapToLong(what).sum();
  }

  private static long worst(List<Figures> figures, ToLongFunction<Figures> what) {
    return figures.stream().mapToLong(what).max().orElse(0);
  }

  private static Map<String, Times> times(List<Measures> measures) {
    var all = new LinkedHashMap<String, List<Long>>();
    for (var trial : measures) {
      trial
          .millis()
          .forEach((what, took) -> all.computeIfAbsent(what, it -> new ArrayList<>()).add(took));
    }
    var times = new LinkedHashMap<String, Times>();
    all.forEach((what, took) -> times.put(what, Times.of(took)));
    return times;
  }

  /** What is wrong, of every trial; what was noted, of a few. */
  private static List<String> remarks(List<Result> results, List<Figures> figures) {
    var remarks = new ArrayList<String>();
    for (var result : results) {
      if (!result.is(Verdict.GREEN)) {
        remarks.add("seed %d: %s".formatted(result.seed(), result.reason()));
      }
    }
    remark(remarks, "ghosts", sum(figures, Figures::ghosts));
    remark(remarks, "settled twice", sum(figures, Figures::settledTwice));
    remarks.addAll(
        Remarks.of(results.stream().flatMap(result -> result.end().measures().notes().stream())));
    return List.copyOf(remarks);
  }

  private static void remark(List<String> remarks, String what, long count) {
    if (count > 0) {
      remarks.add(count + " " + what);
    }
  }

  private static Verdict verdict(List<Result> results) {
    if (results.stream().anyMatch(result -> result.is(Verdict.RED))) {
      return Verdict.RED;
    }
    return results.stream().anyMatch(result -> result.is(Verdict.GREEN))
        ? Verdict.GREEN
        : Verdict.SKIPPED;
  }
}
