// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import io.millhand.Millhand;
import io.millhand.config.GroupStart;
import io.millhand.delivery.EntryId;
import io.millhand.inspect.Lag;
import java.util.Map;
import java.util.Optional;

/** Looks at streams, groups, consumers and pending entries without being a worker. */
public final class InspectorExample {

  private InspectorExample() {}

  public static void main(String[] args) {
    try (var millhand = Millhand.connect(Example.url(args));
        var inspector = millhand.inspector();
        var producer = millhand.producer("orders")) {
      millhand.operator().createGroup("orders", "reports", GroupStart.beginning());
      producer.send(Map.of("order_id", "123"));
      producer.send(Map.of("order_id", "124"));

      for (var group : inspector.groups("orders")) {
        System.out.printf(
            "%s/%s: %s waiting, %d pending, %d deferred, %d dead, %d workers%n",
            group.stream(),
            group.name(),
            words(group.lag()),
            group.pending(),
            group.deferred(),
            group.dead(),
            group.workers());
      }
      for (var consumer : inspector.consumers("orders", "reports")) {
        System.out.printf("%s holds %d%n", consumer.name(), consumer.pending());
      }
      for (var entry :
          inspector.pending("orders", "reports", EntryId.ZERO, 100, Optional.empty())) {
        System.out.printf("%s, idle for %s%n", entry.id(), entry.idle());
      }
    }
  }

  /** Where Redis cannot tell the lag, it is a lower bound: never shown as 0. */
  private static String words(Lag lag) {
    return switch (lag) {
      case Lag.Exactly exactly -> "" + exactly.entries();
      case Lag.AtLeast least -> "at least " + least.entries();
    };
  }
}
