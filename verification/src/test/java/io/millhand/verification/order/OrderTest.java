// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.order.OrderLog.Kind;
import io.millhand.verification.order.OrderLog.Line;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small run of the check of order by key; {@link OrderCheck} is the whole one. */
@WithRedis
class OrderTest {

  @TempDir private Path folder;

  @Test
  @Row(
      id = "O1",
      fault = "partitioned workers in order are killed and leave while others come",
      bound = "no entry begins before an earlier one of its key has succeeded; no two at once")
  void processes_that_are_killed_and_that_come_and_go_break_no_order(
      EmbeddedRedis redis, Trial trial) throws Exception {
    var plan =
        new OrderRun.Plan(100, 100, 6, 3, 5, "ordered", Duration.ofMillis(500), 3, Duration.ZERO);
    try (var run = new OrderRun(redis.url(), plan, folder, new Random(trial.random().nextLong()))) {
      var outcome = run.load().run(Duration.ofSeconds(90));
      assertThat(outcome.verdict().violations()).isEmpty();
      assertThat(outcome.verdict().missing()).isZero();
      assertThat(outcome.verdict().done()).isEqualTo(plan.entries());
    }
  }

  private static List<Line> lines(Line... lines) {
    return new ArrayList<>(List.of(lines));
  }

  @Test
  void the_judge_sees_what_breaks_order() {
    var overtaken = lines(new Line(1, Kind.BEGAN, 0, 1, 0), new Line(2, Kind.DONE, 0, 1, 0));
    assertThat(OrderJudge.judge(overtaken, 1, 2, Map.of()).violated()).isEqualTo(1);
    assertThat(OrderJudge.judge(lines(), 1, 2, Map.of()).missing()).isEqualTo(2);
    var beside = lines(new Line(1, Kind.BEGAN, 0, 0, 0), new Line(2, Kind.BEGAN, 0, 0, 1));
    assertThat(OrderJudge.judge(beside, 1, 1, Map.of()).violated()).isEqualTo(1);
    assertThat(OrderJudge.judge(beside, 1, 1, Map.of(0, 2L)).violated()).isZero();
    var back =
        lines(
            new Line(1, Kind.BEGAN, 0, 0, 0),
            new Line(2, Kind.DONE, 0, 0, 0),
            new Line(3, Kind.BEGAN, 0, 1, 0),
            new Line(4, Kind.FAILED, 0, 1, 0),
            new Line(5, Kind.BEGAN, 0, 0, 0));
    var verdict = OrderJudge.judge(back, 1, 2, Map.of());
    assertThat(verdict.violated()).isEqualTo(1);
    assertThat(verdict.missing()).isEqualTo(1);
  }
}
