// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import io.millhand.Millhand;
import io.millhand.config.GroupStart;
import io.millhand.inspect.Actions.Reach;
import io.millhand.inspect.Actions.Selection;
import io.millhand.inspect.Actions.TrimRule;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Repairs by hand: a plan first, then the deed, which is recorded in an audit stream. */
public final class OperatorExample {

  private OperatorExample() {}

  public static void main(String[] args) {
    try (var millhand = Millhand.connect(Example.url(args));
        var producer = millhand.producer("orders")) {
      var operator = millhand.operator();
      operator.createGroup("orders", "reports", GroupStart.beginning());
      var misrouted = producer.send(Map.of("refund_id", "77"));
      producer.send(Map.of("order_id", "123"));

      var moved = operator.move("orders", new Selection.Ids(List.of(misrouted)), "refunds");
      System.out.printf("%d moved%n", moved.deleted());

      var plan = operator.planPosition("orders", "reports", GroupStart.now());
      System.out.printf("%d would be skipped%n", plan.skipped().entries());
      operator.setPosition("orders", "reports", GroupStart.now());

      var everything = new TrimRule.OlderThan(Duration.ZERO);
      var trim = operator.planTrim("orders", everything, Reach.FINISHED);
      System.out.printf(
          "%d would go, %s holds the rest%n",
          trim.entries().entries(), trim.heldBy().orElse("nobody"));
      operator.trim("orders", everything, Reach.FINISHED);

      for (var entry : millhand.inspector().newest("{orders}:audit", 10)) {
        System.out.printf("%s by %s%n", entry.text("what"), entry.text("who"));
      }
    }
  }
}
