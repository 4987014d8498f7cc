// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millhand.autoscale.Measurement.Flow;
import java.time.Duration;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class WorkerRateTest {

  private static final Duration STEP = Duration.ofSeconds(5);

  private WorkerRate rate = new WorkerRate(OptionalDouble.empty());
  private Duration at = Duration.ofHours(1);

  /** So many looks at workers that were busy for that part, and settled so many a second in all. */
  private void learn(int times, double workers, double busy, double perSecond) {
    feed(times, workers, busy, perSecond, busy == 1);
  }

  private void feed(int times, double workers, double busy, double perSecond, boolean waited) {
    for (int i = 0; i < times; i++) {
      at = at.plus(STEP);
      var flow = new Flow(STEP, 0, Math.round(perSecond * STEP.toSeconds()));
      rate.learn(at, flow, workers, busy, waited);
    }
  }

  private double now() {
    return rate.perSecond().orElseThrow();
  }

  @Test
  void before_anybody_was_seen_at_work_it_is_not_known() {
    assertThat(rate.perSecond()).isEmpty();
  }

  @Test
  void what_is_given_to_begin_with_holds_until_somebody_was_seen_at_work() {
    rate = new WorkerRate(OptionalDouble.of(50));
    assertThat(now()).isEqualTo(50);

    learn(100, 3, 0.05, 1);
    assertThat(now()).isEqualTo(50);

    learn(10, 3, 1, 60);
    assertThat(now()).isEqualTo(20);
  }

  @Test
  void it_is_what_one_settles_while_all_are_busy() {
    learn(10, 4, 1, 40);

    assertThat(now()).isEqualTo(10);
  }

  @Test
  void it_is_by_the_time_that_they_are_busy_for() {
    learn(10, 4, 0.5, 20);

    assertThat(now()).isEqualTo(10);
  }

  @Test
  void who_has_next_to_nothing_to_do_teaches_only_how_many_it_is_at_least() {
    learn(100, 4, 0.01, 20);
    assertThat(now()).isEqualTo(50); // as if they were busy for a tenth

    learn(10, 4, 1, 40);
    learn(1000, 4, 0, 0);
    assertThat(now()).isEqualTo(10);
  }

  @Test
  void a_few_entries_say_too_little() {
    learn(4, 1, 1, 1); // 20 in all
    assertThat(rate.perSecond()).isEmpty();

    learn(1, 1, 1, 1);
    assertThat(now()).isEqualTo(1);
  }

  @Test
  void a_slow_down_is_followed_within_half_a_minute() {
    learn(60, 10, 1, 1000);
    assertThat(now()).isEqualTo(100);

    learn(6, 10, 1, 250);

    assertThat(now()).isEqualTo(25);
  }

  @Test
  void a_speed_up_is_followed_within_half_a_minute() {
    learn(60, 10, 1, 250);

    learn(6, 10, 1, 1000);

    assertThat(now()).isEqualTo(100);
  }

  @Test
  void growing_the_fleet_does_not_change_it_where_each_does_its_part() {
    for (int workers = 1; workers <= 30; workers++) {
      learn(3, workers, 1, 10 * workers);
    }

    assertThat(now()).isEqualTo(10, within(1e-9));
  }

  @Test
  void a_guess_that_proved_too_bold_is_not_believed_again_for_an_hour() {
    learn(20, 10, 1, 100); // proven: 10 each
    learn(100, 10, 0.2, 100); // half idle they seem to do 50 each
    assertThat(now()).isEqualTo(50, within(0.1));
    learn(20, 10, 1, 100); // but do not
    assertThat(now()).isEqualTo(10, within(0.1));

    learn(100, 10, 0.2, 100);
    assertThat(now()).isEqualTo(10, within(0.1));

    at = at.plus(Duration.ofHours(1));
    learn(1, 10, 0.2, 100);
    assertThat(now()).isEqualTo(50, within(0.1));
  }

  @Test
  void a_guess_for_the_worse_is_believed_all_the_same() {
    learn(20, 10, 1, 100);
    learn(100, 10, 0.2, 100);
    learn(20, 10, 1, 100); // too bold: guesses for the better are not believed now

    learn(100, 10, 0.5, 25);

    assertThat(now()).isEqualTo(5, within(0.1));
  }

  @Test
  void work_that_waits_for_a_moment_proves_nothing() {
    learn(20, 10, 1, 100);
    learn(100, 10, 0.2, 100);

    feed(2, 10, 1, 100, true); // 10 s
    feed(100, 10, 0.2, 100, false);

    assertThat(now()).isGreaterThan(40);
  }

  @Test
  void handlers_that_settle_nothing_at_all_do_not_make_it_0() {
    learn(60, 10, 1, 1000);

    learn(200, 10, 1, 0);

    assertThat(now()).isPositive();
  }

  @Test
  void no_time_at_all_teaches_nothing() {
    rate.learn(at, new Flow(Duration.ZERO, 0, 1000), 3, 1, true);
    assertThat(rate.perSecond()).isEmpty();

    learn(10, 4, 1, 40);
    rate.learn(at, new Flow(Duration.ZERO, 0, 1000), 3, 1, true);
    rate.learn(at, new Flow(STEP, 0, 1000), 0, 1, true);
    assertThat(now()).isEqualTo(10);
  }
}
