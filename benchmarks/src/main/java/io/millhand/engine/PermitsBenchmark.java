// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/** A permit taken, weighed, and brought home. */
@State(Scope.Benchmark)
public class PermitsBenchmark {

  private final Capacity capacity = new Capacity(1_000_000, Long.MAX_VALUE, new Signal());

  /** By one thread. */
  @Benchmark
  public int one() {
    return turn();
  }

  /** By two at once. */
  @Benchmark
  @Threads(2)
  public int two() {
    return turn();
  }

  private int turn() {
    capacity.take(1);
    capacity.weigh(124);
    capacity.unweigh(124);
    capacity.giveBack(1);
    return capacity.free();
  }
}
