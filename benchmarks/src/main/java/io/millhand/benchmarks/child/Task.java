// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.child;

import io.millhand.benchmarks.report.Figures;

/** What a child process can be told to do. */
public enum Task {
  /** Consumes a group: see {@link Consume}. */
  CONSUME(Consume::run);

  /** The argument that names it. */
  public static final String KEY = "task";

  private final Child.Work work;

  Task(Child.Work work) {
    this.work = work;
  }

  Figures run(Arguments arguments) throws Exception {
    return work.run(arguments);
  }
}
