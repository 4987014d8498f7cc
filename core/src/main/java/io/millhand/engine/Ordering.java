// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

/** Which order a worker keeps among the entries of its stream. */
public sealed interface Ordering {

  /** None: entries run side by side, and several workers share the group. */
  record None() implements Ordering {}

  /**
   * None; but the worker is alone in its group but for moments, so that what is due is mostly known
   * here.
   */
  record Alone() implements Ordering {}

  /**
   * Entries with the same value of a field one after another, in the order of their ids. The worker
   * is the only one of its group, so its consumer name is waited for, for as long as it takes.
   *
   * @param field the field's name; entries without it have no order
   */
  record ByKey(String field) implements Ordering {}
}
