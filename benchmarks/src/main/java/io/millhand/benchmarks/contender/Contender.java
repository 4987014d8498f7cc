// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

/** One way to consume a group. */
@FunctionalInterface
public interface Contender {

  /** Begins, on threads of its own. */
  Running start(Job job) throws Exception;

  /** A contender at work. */
  interface Running extends AutoCloseable {

    /** Waits, once all is handled, until Redis has confirmed all acks. */
    void awaitAcked() throws Exception;

    /** Ends it. */
    @Override
    void close();
  }
}
