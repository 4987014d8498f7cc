// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DemoSettingsTest {

  private static DemoSettings settings(OptionalLong messages, OptionalInt kills) {
    return new DemoSettings(
        new DemoSettings.Source("orders", "processing"),
        messages,
        OptionalDouble.empty(),
        kills,
        new DemoSettings.Fleet(3, 16, Duration.ofMillis(5), 0.05, Duration.ofSeconds(15)));
  }

  @Test
  void with_an_end_the_kill_falls_in_the_middle() {
    var settings = settings(OptionalLong.of(5000), OptionalInt.empty());

    assertThat(settings.wantsKill(0, 2499, Duration.ofMinutes(1))).isFalse();
    assertThat(settings.wantsKill(0, 2500, Duration.ZERO)).isTrue();
    assertThat(settings.wantsKill(1, 5000, Duration.ofMinutes(1))).isFalse();
  }

  @Test
  void several_kills_are_spread_over_the_run() {
    var settings = settings(OptionalLong.of(900), OptionalInt.of(2));

    assertThat(settings.wantsKill(0, 300, Duration.ZERO)).isTrue();
    assertThat(settings.wantsKill(1, 599, Duration.ZERO)).isFalse();
    assertThat(settings.wantsKill(1, 600, Duration.ZERO)).isTrue();
  }

  @Test
  void the_middle_comes_when_redis_has_been_up_for_a_lease() {
    var settings = settings(OptionalLong.of(5000), OptionalInt.empty());

    var middle = 2500 / settings.perSecond();

    assertThat(middle).isBetween(15.0, 20.0);
  }

  @Test
  void without_an_end_a_worker_is_killed_now_and_then() {
    var settings = settings(OptionalLong.empty(), OptionalInt.empty());

    assertThat(settings.wantsKill(0, 0, Duration.ofSeconds(10))).isFalse();
    assertThat(settings.wantsKill(0, 0, Duration.ofSeconds(20))).isTrue();
    assertThat(settings.wantsKill(1, 0, Duration.ofSeconds(20))).isFalse();
    assertThat(settings.wantsKill(1, 0, Duration.ofSeconds(50))).isTrue();
  }
}
