// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

/**
 * Sees to it that a stack runs out before something is begun that must come to an end, and not in
 * the middle of it: a lock could stay held, and others wait for ever.
 */
final class StackRoom {

  private static final int CALLS = 256;

  private StackRoom() {}

  /**
   * Calls as deep as a write to Redis does, and deeper; it costs a part of a microsecond.
   *
   * @throws StackOverflowError where there is no room for that
   */
  static void check() {
    if (deeper(CALLS, 1, 2, 3) == 0) {
      throw new AssertionError("it counts calls, of which there are some");
    }
  }

  /** The numbers make its frame as large as a usual one. */
  private static long deeper(int calls, long one, long two, long three) {
    return calls == 0 ? one : deeper(calls - 1, two, three, one) + 1;
  }
}
