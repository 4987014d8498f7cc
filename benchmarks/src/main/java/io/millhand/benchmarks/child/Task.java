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
  HOLD;

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
    };
  }
}
