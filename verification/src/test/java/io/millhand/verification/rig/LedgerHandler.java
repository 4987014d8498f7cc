// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.delivery.Delivery;
import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Handler;
import io.millhand.testkit.Ledger;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Works for a while and writes it into the ledger. An entry's field {@code do} says more:
 *
 * <ul>
 *   <li>{@code sleep=MS} works for that long instead
 *   <li>{@code fail-once} throws at the end of the first attempt; {@code throw=checked}, {@code
 *       =runtime} or {@code =error} of each
 *   <li>{@code fail-while=FILE} throws while there is that file
 *   <li>{@code halt} and {@code exit} end the process
 *   <li>{@code recurse}, {@code no-class} and {@code exhaust} run into a StackOverflowError, a
 *       NoClassDefFoundError and an OutOfMemoryError; {@code allocate=MB} makes garbage
 *   <li>{@code hang} waits until it is interrupted; {@code block} waits in a platform thread for
 *       ever, {@code spin} computes in any thread for ever
 *   <li>{@code write=FILE} appends a kilobyte
 * </ul>
 */
public final class LedgerHandler implements Handler<Entry> {

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
  public void handle(Delivery<Entry> delivery) throws Exception {
    var id = delivery.text(Load.NAME);
    names.put(delivery.id(), id);
    ledger.begun(id, worker, delivery.attempt(), delivery.count().deliveries());
    var order =
        Order.of(
            delivery
                .entry()
                .fields()
                .find(Load.ORDER)
                .map(bytes -> new String(bytes, UTF_8))
                .orElse(""));
    try {
      Thread.sleep(order.work(work));
      order.carryOut(delivery.attempt());
    } catch (Throwable e) {
      ledger.failed(id, worker, e.getClass().getSimpleName());
      throw e;
    }
    ledger.ended(id, worker);
    handled.accept(count.incrementAndGet());
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
