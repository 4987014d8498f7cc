// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.scale;

import io.millhand.delivery.Delivery;
import io.millhand.delivery.Entry;
import io.millhand.delivery.Handler;
import io.millhand.testkit.Ledger;
import java.nio.file.Path;

/** Works for as long as an entry's field {@code work} says, fails where it is poison, and tells. */
public final class LedgerHandler implements Handler<Entry>, AutoCloseable {

  private final String worker = "worker-" + ProcessHandle.current().pid();
  private final Ledger ledger = Ledger.open(Path.of(System.getenv(Site.LEDGERS)), worker);

  /** Made by {@code millhand work}. */
  public LedgerHandler() {}

  @Override
  public void handle(Delivery<Entry> delivery) throws Exception {
    var name = delivery.text(Site.NAME);
    ledger.begun(name, worker, delivery.attempt(), delivery.count().deliveries());
    Thread.sleep(Long.parseLong(delivery.text(Site.WORK)));
    if (name.startsWith(Site.POISON)) {
      ledger.failed(name, worker, "poison");
      throw new IllegalStateException("poison");
    }
    ledger.ended(name, worker);
  }

  @Override
  public void close() {
    ledger.close();
  }
}
