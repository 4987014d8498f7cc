// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.world;

/** Stands for {@link java.util.concurrent.ThreadFactory} in rewritten classes. */
@FunctionalInterface
public interface SimThreadFactory {

  /** A thread that has not been started. */
  SimThread newThread(Runnable body);
}
