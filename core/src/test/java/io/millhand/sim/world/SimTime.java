// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.world;

import java.time.Instant;

/** Stands for the clocks of the JDK in rewritten classes. */
public final class SimTime {

  /** A host's wall clock when a world begins: it never is the server's. */
  private static final long WALL_MILLIS = 1_234_567_890_123L;

  private SimTime() {}

  /** As System.nanoTime(). */
  public static long nanoTime() {
    return World.current().nanoTime();
  }

  /** As System.currentTimeMillis(). */
  public static long currentTimeMillis() {
    return WALL_MILLIS + World.current().now() / 1_000_000;
  }

  /** As Instant.now(). */
  public static Instant now() {
    return Instant.ofEpochMilli(currentTimeMillis());
  }
}
