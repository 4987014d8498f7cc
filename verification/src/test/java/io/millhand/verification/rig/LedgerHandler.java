// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import io.millhand.delivery.Delivery;
import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Handler;
import io.millhand.testkit.Ledger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Works for a while and writes it into the ledger. An entry's field {@code do} says more: {@code
 * halt} ends the process, {@code fail-once} throws at the end of the first attempt, {@code
 * fail-while=FILE} while there is that file, {@code sleep=MS} works for that long instead.
 */
public final class LedgerHandler implements Handler<Entry> {

  private static final String FAIL_WHILE = "fail-while=";

  private final Ledger ledger;
  private final String worker;
  private final Duration work;
  private final IntConsumer handled;
  private final AtomicInteger count = new AtomicInteger();
  private final Map<EntryId, String> names = new ConcurrentHashMap<>();

  /**
   * A handler.
   *
   * @param ledger of this process
   * @param worker its name in the ledger
   * @param work how long it works on an entry
   * @param handled told of each success, with their count
   */
  public LedgerHandler(Ledger ledger, String worker, Duration work, IntConsumer handled) {
    this.ledger = ledger;
    this.worker = worker;
    this.work = work;
    this.handled = handled;
  }

  @Override
  public void handle(Delivery<Entry> delivery) throws InterruptedException {
    var id = delivery.text(Load.NAME);
    names.put(delivery.id(), id);
    ledger.begun(id, worker, delivery.attempt(), delivery.count().deliveries());
    var order = delivery.entry().fields().toMap().getOrDefault(Load.ORDER, "");
    try {
      Thread.sleep(
          order.startsWith("sleep=")
              ? Duration.ofMillis(Long.parseLong(order.substring(6)))
              : work);
    } catch (InterruptedException e) {
      ledger.failed(id, worker, "interrupted");
      throw e;
    }
    if (order.equals("halt")) {
      Runtime.getRuntime().halt(WorkerMain.HALTED);
    }
    if (fails(order, delivery.attempt())) {
      ledger.failed(id, worker, "told to");
      throw new IllegalStateException("told to fail once");
    }
    ledger.ended(id, worker);
    handled.accept(count.incrementAndGet());
  }

  private static boolean fails(String order, int attempt) {
    return order.startsWith(FAIL_WHILE)
        ? Files.exists(Path.of(order.substring(FAIL_WHILE.length())))
        : order.equals("fail-once") && attempt == 1;
  }

  /** A settlement came too late. */
  void fenced(EntryId entry) {
    var id = names.get(entry);
    if (id != null) {
      ledger.settled(id, worker, "FENCED");
    }
  }

  /** How many entries it has succeeded with. */
  public int count() {
    return count.get();
  }
}
