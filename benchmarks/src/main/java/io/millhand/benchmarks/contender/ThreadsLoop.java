// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

/** A reading loop whose entries are handled and acked elsewhere: nobody waits for its last read. */
record ThreadsLoop(LoopThread loop, EntryThreads<?> threads) implements Contender.Running {

  @Override
  public void awaitAcked() throws InterruptedException {
    threads.awaitAcked();
  }

  @Override
  public void close() {
    loop.close();
    threads.close();
  }
}
