// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

/** How many entries of a stream a group has not been given yet. */
public sealed interface Lag {

  /**
   * Known.
   *
   * @param entries how many
   */
  record Exactly(long entries) implements Lag {}

  /**
   * Redis cannot tell; counted as far as is cheap.
   *
   * @param entries so many at least
   */
  record AtLeast(long entries) implements Lag {}

  /** What is known: exact, or a lower bound. */
  long entries();

  /** Whether {@link #entries} is the exact number. */
  default boolean isExact() {
    return this instanceof Exactly;
  }
}
