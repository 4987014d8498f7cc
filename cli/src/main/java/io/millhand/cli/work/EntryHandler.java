// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import io.millhand.config.WorkerSettings.HandlerThreads;
import io.millhand.delivery.Decider;
import io.millhand.delivery.Entry;

/** What handles the entries of all streams of this process. Called by many threads at once. */
interface EntryHandler extends Decider<Entry>, AutoCloseable {

  /** How many entries of a stream it takes at once, where nobody says otherwise. */
  int concurrency();

  /** What it runs on. */
  default HandlerThreads threads() {
    return HandlerThreads.VIRTUAL;
  }

  /** Ends what it started, at once: the process leaves. */
  default void abort() {}

  /** Ends what it started; no entry is being handled any more. */
  @Override
  default void close() {}
}
