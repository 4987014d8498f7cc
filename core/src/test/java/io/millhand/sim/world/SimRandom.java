// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.world;

/** Stands for {@link java.util.concurrent.ThreadLocalRandom} in rewritten classes. */
public final class SimRandom {

  private static final SimRandom ONE = new SimRandom();

  private SimRandom() {}

  /** The world's chance. */
  public static SimRandom current() {
    return ONE;
  }

  /** From 0 to 1. */
  public double nextDouble() {
    return World.current().random().nextDouble();
  }

  /** Between the two. */
  public double nextDouble(double from, double to) {
    return from + nextDouble() * (to - from);
  }

  /** From 0 on, below that. */
  public int nextInt(int bound) {
    return World.current().random().nextInt(bound);
  }

  /** From 0 on, below that. */
  public long nextLong(long bound) {
    return World.current().upTo(bound);
  }
}
