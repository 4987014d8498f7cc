// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import io.millhand.Producer;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.error.RefusedException;
import io.millhand.testkit.Ledger;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** Sends of which each one's end matters, written into the ledger. Thread-safe. */
public final class Sends {

  private static final long END_SECONDS = 60;

  private final Ledger ledger;
  private final ConcurrentLinkedQueue<Send> sends = new ConcurrentLinkedQueue<>();

  /** Writes into this ledger. */
  public Sends(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * How one ended.
   *
   * @param name of the entry
   * @param answer its id, or the error
   * @param took from the send until then; not known before
   */
  public record Send(
      String name, CompletableFuture<EntryId> answer, CompletableFuture<Duration> took) {

    /** Its error, unless it was added. */
    public Throwable error() {
      return answer.exceptionNow();
    }
  }

  /** Sends so many, one after the other, without waiting for answers. */
  public void send(Producer producer, String name, int count) {
    for (int i = 0; i < count; i++) {
      sendOne(producer, name + "-" + i, "");
    }
  }

  /** The same with entries of so many bytes. */
  public void sendLarge(Producer producer, String name, int count, int bytes) {
    for (int i = 0; i < count; i++) {
      sendOne(producer, name + "-" + i, "x".repeat(bytes));
    }
  }

  private void sendOne(Producer producer, String name, String more) {
    var start = System.nanoTime();
    ledger.attempted(name);
    var answer = answer(producer, name, more);
    var took =
        answer.handle(
            (id, error) -> {
              if (error == null) {
                ledger.added(name, id.toString());
              }
              return Duration.ofNanos(System.nanoTime() - start);
            });
    sends.add(new Send(name, answer, took));
  }

  private static CompletableFuture<EntryId> answer(Producer producer, String name, String more) {
    try {
      return producer.sendAsync(
          more.isEmpty() ? Fields.of(Load.NAME, name) : Fields.of(Load.NAME, name, "more", more));
    } catch (RefusedException e) { // it is closed
      return CompletableFuture.failedFuture(e);
    }
  }

  /** All that have not ended. */
  public List<Send> open() {
    return sends.stream().filter(send -> !send.answer().isDone()).toList();
  }

  /** Waits until all have ended; answers them. */
  public List<Send> ended() {
    sends.forEach(send -> send.took().orTimeout(END_SECONDS, TimeUnit.SECONDS).join());
    return List.copyOf(sends);
  }
}
