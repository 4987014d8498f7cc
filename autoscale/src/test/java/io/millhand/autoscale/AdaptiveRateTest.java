// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdaptiveRateTest {

  private static final Duration STEP = Duration.ofSeconds(5);
  private static final Duration SHORTEST = Duration.ofSeconds(15);
  private static final Duration LONGEST = Duration.ofMinutes(4);

  private AdaptiveRate rate = new AdaptiveRate(SHORTEST, LONGEST);

  @BeforeEach
  void anew() {
    rate = new AdaptiveRate(SHORTEST, LONGEST);
  }

  private void add(long count) {
    rate.add(STEP, count, (double) STEP.toSeconds());
  }

  private void add(int times, long count) {
    for (int i = 0; i < times; i++) {
      add(count);
    }
  }

  private double now() {
    return rate.rate().orElseThrow();
  }

  /** How many come by chance in a step. */
  private static long chance(Random random, double perSecond) {
    var limit = Math.exp(-perSecond * STEP.toSeconds());
    var count = -1L;
    for (double product = 1; product > limit; product *= random.nextDouble()) {
      count++;
    }
    return count;
  }

  @Test
  void before_anything_was_seen_it_is_not_known() {
    assertThat(rate.rate()).isEmpty();
    assertThat(rate.counted()).isZero();
  }

  @Test
  void that_nothing_came_is_known_to_be_0() {
    add(0);

    assertThat(rate.rate()).hasValue(0);
  }

  @Test
  void of_one_look_it_is_what_that_look_saw() {
    add(35);

    assertThat(now()).isEqualTo(7);
    assertThat(rate.counted()).isEqualTo(35);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 50, 5_000, 5_000_000})
  void the_same_each_time_is_met_exactly(int count) {
    add(100, count);

    assertThat(now()).isCloseTo(count / 5.0, within(1e-9));
  }

  @Test
  void by_chance_about_the_same_is_averaged_over_minutes() {
    var sum = 0.0;
    for (int seed = 0; seed < 200; seed++) {
      anew();
      var random = new Random(seed);
      for (int i = 0; i < 60; i++) {
        add(chance(random, 10));
      }
      var off = Math.abs(now() - 10) / 10;
      assertThat(off).as("seed %d", seed).isLessThan(0.2);
      sum += off;
    }

    // 15 s alone would be off by 6.5 % on an average, 4 minutes are by 1.6 %
    assertThat(sum / 200).isLessThan(0.03);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 100, 250, 5000})
  void a_large_step_is_seen_in_full_within_the_shortest_window(int count) {
    add(60, 50);

    add(3, count);

    assertThat(now()).isEqualTo(count / 5.0);
  }

  @Test
  void a_small_step_is_seen_as_it_lasts() {
    add(60, 500);

    add(12, 600); // a fifth more, for a minute

    assertThat(now()).isEqualTo(120, within(4.0));
  }

  @Test
  void a_short_burst_is_forgotten_as_soon_as_it_is_over() {
    add(60, 50);
    add(1, 5000);
    assertThat(now()).isGreaterThan(300);

    add(4, 50);

    assertThat(now()).isEqualTo(10);
  }

  @Test
  void what_is_older_than_the_longest_window_does_not_count() {
    add(1, 1_000_000);
    add(48, 50);

    assertThat(rate.counted()).isEqualTo(48 * 50);
  }

  @Test
  void a_look_that_came_late_counts_for_all_its_time() {
    add(10, 50);
    rate.add(Duration.ofMinutes(2), 1200, 120);

    assertThat(now()).isEqualTo(10);
    assertThat(rate.counted()).isEqualTo(1700);
  }

  @Test
  void after_a_gap_longer_than_all_windows_only_what_came_since_counts() {
    add(10, 50);
    rate.add(Duration.ofHours(1), 7200, 3600);

    assertThat(now()).isEqualTo(2);
    assertThat(rate.counted()).isEqualTo(7200);
  }

  @Test
  void a_time_in_which_nobody_was_busy_says_nothing() {
    add(10, 50);

    rate.add(STEP, 0, 0);
    rate.add(STEP, 7, -1);

    assertThat(now()).isEqualTo(10);
    assertThat(rate.counted()).isEqualTo(500);
  }

  @Test
  void it_is_by_what_it_was_exposed_to() {
    for (int i = 0; i < 10; i++) {
      rate.add(STEP, 50, 4.0 * STEP.toSeconds()); // four workers
    }

    assertThat(now()).isEqualTo(2.5);
  }
}
