// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import io.millhand.delivery.Fields;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** What the demo sends: an order of a shop. */
final class Order {

  /** The field that names the order, for its sender and in the ledgers. */
  static final String ID = "order_id";

  private static final List<String> CUSTOMERS =
      List.of("Ada", "Björn", "Chiara", "Dmitri", "Eszter", "Fatima", "Goran", "Hye-jin", "Íñigo");
  private static final List<String> ITEMS =
      List.of("anvil", "bellows", "chisel", "file", "hammer", "lathe", "tongs", "vice");

  private Order() {}

  /**
   * The name of an order.
   *
   * @param run what no other run of the demo is called
   * @param number counted from 1
   */
  static String id(String run, long number) {
    return "%s-%06d".formatted(run, number);
  }

  /** The number within its run; 0 where there is none. */
  static long number(String id) {
    var digits = id.substring(id.lastIndexOf('-') + 1);
    return digits.matches("\\d{1,18}") ? Long.parseLong(digits) : 0;
  }

  /** The fields. */
  static Fields fields(String id) {
    var random = new SplittableRandom(number(id));
    return Fields.of(
        ID,
        id,
        "customer",
        CUSTOMERS.get(random.nextInt(CUSTOMERS.size())),
        "item",
        ITEMS.get(random.nextInt(ITEMS.size())),
        "amount",
        String.format(Locale.ROOT, "%.2f", random.nextDouble(1, 500)));
  }
}
