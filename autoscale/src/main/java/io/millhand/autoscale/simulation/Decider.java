// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

/** Decides how many workers are asked for, in one run. */
interface Decider {

  /** How many to ask for; called at each full second. */
  int ask(Sight sight);

  /** Why it asked for what it asked for last, in words. */
  String reason();
}
