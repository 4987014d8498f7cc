// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs the benchmarks of inner pieces: {@code benchmarks/run --jmh [REGEX]}. */
public final class InnerBenchmarks {

  private static final TimeValue TURN = TimeValue.seconds(2);

  private InnerBenchmarks() {}

  /** Runs those whose names match, all without an argument, and ends this process. */
  public static void main(String[] args) throws RunnerException {
    if (args.length > 1) {
      System.err.println("benchmarks/run --jmh takes one regular expression at most");
      System.exit(2);
    }
    var options =
        new OptionsBuilder()
            .include(args.length == 0 ? ".*" : args[0])
            .mode(Mode.AverageTime)
            .timeUnit(TimeUnit.NANOSECONDS)
            .forks(2)
            .warmupIterations(3)
            .warmupTime(TURN)
            .measurementIterations(5)
            .measurementTime(TURN)
            .addProfiler(GCProfiler.class)
            .build();
    try {
      new Runner(options).run();
    } catch (NoBenchmarksException e) {
      System.err.println("no benchmark matches " + args[0]);
      System.exit(2);
    }
  }
}
