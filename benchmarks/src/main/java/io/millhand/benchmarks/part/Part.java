// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.part;

import io.millhand.benchmarks.lab.Session;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What can be measured, in the order in which it is. */
public enum Part {
  /** See {@link Drain}. */
  DRAIN("handlers that do nothing drain a stream"),
  /** See {@link Sleep}. */
  SLEEP("handlers that take 1, 10 and 100 ms, 1,000 in flight"),
  /** See {@link Latency}. */
  LATENCY("from send to handler at 1,000/s, 10,000/s and half of the limit"),
  /** See {@link Producer}. */
  PRODUCER("sending one by one and in batches"),
  /** See {@link Retries}. */
  RETRIES("10 % of the entries fail once"),
  /** See {@link Reclaim}. */
  RECLAIM("a million pending entries of a killed worker are taken over"),
  /** See {@link Idle}. */
  IDLE("100 workers with nothing to do"),
  /** See {@link Growth}. */
  GROWTH("series over entries, groups, pending entries, payloads and worker processes"),
  /** See {@link Startup}. */
  STARTUP("./millhand work, from the process' start to its first entry"),
  /** See {@link Memory}. */
  MEMORY("heap for each entry in flight; 10,000 in flight under 512 MiB");

  private final String what;

  Part(String what) {
    this.what = what;
  }

  /** The one of that name. */
  public static Optional<Part> of(String name) {
    return Arrays.stream(values()).filter(each -> each.title().equals(name)).findFirst();
  }

  /** Its name on the command line. */
  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What it is, in one line. */
  public String what() {
    return what;
  }

  /** Measures it. */
  public void run(Session session) throws Exception {
    switch (this) {
      case DRAIN -> Drain.run(session);
      case SLEEP -> Sleep.run(session);
      case LATENCY -> Latency.run(session);
      case PRODUCER -> Producer.run(session);
      case RETRIES -> Retries.run(session);
      case RECLAIM -> Reclaim.run(session);
      case IDLE -> Idle.run(session);
      case GROWTH -> Growth.run(session);
      case STARTUP -> Startup.run(session);
      case MEMORY -> Memory.run(session);
    }
  }
}
