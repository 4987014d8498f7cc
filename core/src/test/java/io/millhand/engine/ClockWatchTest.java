// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClockWatchTest {

  private static final Duration NOON = ofDays(20_000);

  private final ClockWatch watch = new ClockWatch(ofSeconds(60));

  private static long nanos(Duration since) {
    return since.toNanos() - Long.MAX_VALUE; // it wraps around while we watch
  }

  @Test
  void a_clock_that_goes_as_ours_has_not_jumped_however_long_nobody_looked() {
    assertThat(watch.look(NOON, nanos(ofSeconds(0)))).isEmpty();
    assertThat(watch.look(NOON.plusMillis(500), nanos(ofMillis(500)))).isEmpty();
    assertThat(watch.look(NOON.plusSeconds(7_200), nanos(ofSeconds(7_201)))).isEmpty();
  }

  @Test
  void a_jump_forward_is_told_once_with_its_width() {
    watch.look(NOON, nanos(ofSeconds(0)));
    assertThat(watch.look(NOON.plusSeconds(61), nanos(ofSeconds(1)))).contains(ofSeconds(60));
    assertThat(watch.look(NOON.plusSeconds(62), nanos(ofSeconds(2)))).isEmpty();
  }

  @Test
  void a_jump_back_is_told_as_negative() {
    watch.look(NOON, nanos(ofSeconds(0)));
    assertThat(watch.look(NOON.minusSeconds(9), nanos(ofSeconds(1)))).contains(ofSeconds(-10));
  }

  @Test
  void a_jump_that_is_small_beside_the_idle_time_is_let_pass_and_never_five_seconds() {
    watch.look(NOON, nanos(ofSeconds(0)));
    assertThat(watch.look(NOON.plusSeconds(5), nanos(ofSeconds(0)))).isEmpty();
    assertThat(watch.look(NOON.plusMillis(10_001), nanos(ofSeconds(0)))).isPresent();

    var brief = new ClockWatch(ofSeconds(2));
    brief.look(NOON, nanos(ofSeconds(0)));
    assertThat(brief.look(NOON.plusMillis(1_001), nanos(ofSeconds(0)))).isPresent();
  }

  @Test
  void another_servers_clock_is_not_held_against_the_one_before() {
    watch.look(NOON, nanos(ofSeconds(0)));
    watch.forget();
    assertThat(watch.look(NOON.plusSeconds(100), nanos(ofSeconds(1)))).isEmpty();
  }
}
