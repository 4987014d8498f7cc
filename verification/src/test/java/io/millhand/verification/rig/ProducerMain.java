// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import io.millhand.Millhand;
import io.millhand.delivery.Fields;
import io.millhand.testkit.Ledger;
import java.nio.file.Path;
import java.util.ArrayList;

/**
 * A producer as a process, which sends batch after batch until it is killed. Arguments: its name in
 * the ledger, URL, stream, folder of the ledgers, entries of a batch. A batch that Redis has
 * confirmed is a line on standard output.
 */
public final class ProducerMain {

  private ProducerMain() {}

  /** Runs until it is killed. */
  @SuppressWarnings({"resource", "InfiniteLoopStatement"}) // the process' end closes what it has
  public static void main(String[] args) {
    var ledger = Ledger.open(Path.of(args[3]), args[0]);
    var producer = Millhand.connect(args[1]).producer(args[2]);
    var size = Integer.parseInt(args[4]);
    for (int batch = 0; ; batch++) {
      var names = new ArrayList<String>();
      for (int i = 0; i < size; i++) {
        names.add("%s-%d-%d".formatted(args[0], batch, i));
      }
      names.forEach(ledger::attempted);
      var ids = producer.sendAll(names.stream().map(name -> Fields.of(Load.NAME, name)).toList());
      for (int i = 0; i < size; i++) {
        ledger.added(names.get(i), ids.get(i).toString());
      }
      System.out.println("SENT " + batch);
    }
  }
}
