// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

/**
 * Divides free permits between what comes back (own but unheld, due) and what is new, so that
 * neither starves the other. A pure decision.
 *
 * @param back for what comes back
 * @param fresh for new entries, before what is left over from the first
 */
record Shares(int back, int fresh) {

  /**
   * While both wait, each gets half; with one permit they take turns. A source that does not wait
   * gives its share away.
   *
   * @param free permits to divide, 1 or more
   * @param newWaits whether new entries are known to wait
   * @param backWaits whether others are known to wait
   * @param turn counts turns
   */
  static Shares of(int free, boolean newWaits, boolean backWaits, long turn) {
    if (free == 1) {
      return turn % 2 == 0 ? new Shares(1, 0) : new Shares(0, 1);
    }
    if (!newWaits) {
      return new Shares(free, backWaits ? free / 2 : free);
    }
    var back = Math.max(1, free / 2);
    return new Shares(back, backWaits ? free - back : free);
  }
}
