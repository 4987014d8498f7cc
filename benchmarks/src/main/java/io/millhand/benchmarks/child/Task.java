// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.child;

import io.millhand.benchmarks.report.Figures;

/** What a child process can be told to do. */
public enum Task {
  /** Consumes a group: see {@link Consume}. */
  CONSUME,
  /** Handles what comes by a schedule: see {@link Listen}. */
  LISTEN,
  /** Sends by a schedule: see {@link OpenLoop}. */
  OPEN_LOOP,
  /** Sends as fast as it can: see {@link Send}. */
  SEND,
  /** Has nothing to do: see {@link Idle}. */
  IDLE,
  /** Holds entries: see {@link Hold}. */
  HOLD,
  /** Takes all and finishes nothing: see {@link Doomed}. */
  DOOMED,
  /** Takes over what another left: see {@link Rescue}. */
  RESCUE,
  /** The same on a bare socket: see {@link AutoClaim}. */
  AUTO_CLAIM,
  /** One of several processes: see {@link Crowd}. */
  CROWD;

  /** The argument that names it. */
  public static final String KEY = "task";

  Figures run(Arguments arguments) throws Exception {
    return switch (this) {
      case CONSUME -> Consume.run(arguments);
      case LISTEN -> Listen.run(arguments);
      case OPEN_LOOP -> OpenLoop.run(arguments);
      case SEND -> Send.run(arguments);
      case IDLE -> Idle.run(arguments);
      case HOLD -> Hold.run(arguments);
      case DOOMED -> Doomed.run(arguments);
      case RESCUE -> Rescue.run(arguments);
      case AUTO_CLAIM -> AutoClaim.run(arguments);
      case CROWD -> Crowd.run(arguments);
    };
  }
}
