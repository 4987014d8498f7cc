// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.autoscale;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.autoscale.Advice.Need;
import io.millhand.autoscale.Advice.Unknown;
import io.millhand.autoscale.ScalingPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class GroupWatchTest {

  private static final Instant TIME = Instant.parse("2026-11-22T14:00:00Z");
  private static final Duration STEP = Duration.ofSeconds(5);

  private final GroupWatch watch = new GroupWatch(ScalingPolicy.DEFAULT.rate(10));
  private Duration at = Duration.ofHours(1);

  private Signal look(Groups group) {
    at = at.plus(STEP);
    return again(group);
  }

  private Signal again(Groups group) {
    return watch.look(group.look(), at, TIME, Optional.empty());
  }

  @Test
  void one_look_tells_all_but_what_needs_two() {
    var group =
        new Groups()
            .lag(120)
            .oldest(Duration.ofMillis(7250))
            .pending(17)
            .deferred(4, 3)
            .crew(3, 0, 0)
            .hands(24, 5);

    assertThat(look(group))
        .isEqualTo(
            new Signal(
                "orders",
                "processing",
                TIME,
                new Unknown("one look cannot tell how much comes"),
                3,
                true,
                OptionalLong.of(120),
                17,
                OptionalLong.of(128),
                OptionalDouble.of(7.25),
                OptionalDouble.empty(),
                OptionalDouble.of(0.5)));
  }

  @Test
  void two_looks_tell_what_is_needed() {
    look(new Groups().progress(1000, 1000).crew(1, 0, 0));

    var signal = look(new Groups().progress(1450, 1450).crew(1, 0, 0));

    assertThat(signal.advice()).isInstanceOf(Need.class);
    assertThat(signal.advice().reason()).contains("90.0/s come");
  }

  @Test
  void workers_that_were_asked_for_and_are_not_there_count_as_asked_for() {
    var group = new Groups().lag(1).crew(2, 0, 0);
    watch.look(group.look(), at, TIME, Optional.of(6));
    var signal = watch.look(group.look(), at.plus(STEP), TIME, Optional.of(6));

    assertThat(signal.ready()).isEqualTo(2);
    assertThat(signal.advice()).isInstanceOf(Need.class);
    assertThat(((Need) signal.advice()).workers()).isEqualTo(6);
  }

  @Test
  void two_looks_at_one_moment_are_one() {
    look(new Groups());

    assertThat(again(new Groups().progress(9, 9)).advice())
        .isEqualTo(new Unknown("it is not known how much comes and is settled"));
  }

  @Test
  void counters_that_go_back_are_not_known_for_once() {
    var busy = new Groups().crew(1, 0, 0);
    look(busy.progress(5000, 5000));

    assertThat(look(busy.progress(10, 10)).advice()).isInstanceOf(Unknown.class);
    assertThat(look(busy.progress(60, 60)).advice().reason()).contains("10.0/s come");
  }

  @Test
  void how_much_comes_stays_unknown_where_the_server_does_not_tell() {
    for (int i = 0; i < 20; i++) {
      var signal = look(new Groups().progressUnknown().crew(1, 0, 0).lag(10));
      assertThat(signal.advice()).isInstanceOf(Unknown.class);
      assertThat(signal.lag()).hasValue(10);
      assertThat(signal.hasWork()).isTrue();
      assertThat(signal.drainSeconds()).isEmpty();
    }
  }

  @Test
  void nobody_being_there_work_asks_for_one_though_the_server_does_not_tell_how_much_comes() {
    for (int i = 0; i < 3; i++) {
      var advice = look(new Groups().progressUnknown().lagAtLeast(10_000)).advice();
      assertThat(advice).isInstanceOf(Need.class);
      assertThat(((Need) advice).workers()).isEqualTo(1);
    }
  }

  @Test
  void a_lag_that_is_not_known_is_empty_and_never_a_number() {
    var signal = look(new Groups().lagAtLeast(10_000).oldest(Duration.ofSeconds(3)));

    assertThat(signal.lag()).isEmpty();
    assertThat(signal.backlog()).isEmpty();
    assertThat(signal.drainSeconds()).isEmpty();
    assertThat(signal.hasWork()).isTrue();
    assertThat(signal.oldestSeconds()).hasValue(3);
  }

  @Test
  void with_nobody_there_a_lag_that_is_not_known_asks_for_what_surely_waits() {
    var group = new Groups().readUnknown(50_000).lagAtLeast(6000);
    look(group);

    var signal = look(group);

    assertThat(signal.lag()).isEmpty();
    assertThat(((Need) signal.advice()).workers()).isEqualTo(10);
  }

  @Test
  void where_nothing_waits_nothing_is_old_and_that_is_known() {
    assertThat(look(new Groups().lag(0)).oldestSeconds()).hasValue(0);
    assertThat(look(new Groups().lag(0)).backlog()).hasValue(0);
  }

  @Test
  void the_age_of_what_waits_is_empty_where_ids_are_no_time() {
    assertThat(look(new Groups().lag(3)).oldestSeconds()).isEmpty();
    assertThat(look(new Groups().lag(0).pending(5).hands(0, 5)).oldestSeconds()).isEmpty();
    assertThat(look(new Groups().lag(0).deferred(4, 3)).oldestSeconds()).isEmpty();
    assertThat(look(new Groups().lagAtLeast(0)).oldestSeconds()).isEmpty();
  }

  @Test
  void which_part_is_busy_is_not_known_without_handlers_and_is_never_more_than_all() {
    assertThat(look(new Groups().pending(3)).utilisation()).isEmpty();
    assertThat(look(new Groups().crew(1, 0, 0).hands(8, 0)).utilisation()).hasValue(0);
    assertThat(look(new Groups().crew(1, 0, 0).hands(8, 0).pending(2)).utilisation())
        .hasValue(0.25);
    assertThat(look(new Groups().crew(1, 0, 0).hands(8, 0).pending(24)).utilisation()).hasValue(1);
    assertThat(look(new Groups().crew(1, 0, 0).hands(8, 20).pending(24)).utilisation())
        .hasValue(0.5);
  }

  @Test
  void when_a_backlog_will_be_gone_is_told_by_the_last_half_minute() {
    var group = new Groups().crew(1, 0, 0);
    look(group.progress(10_000, 0).lag(10_000));
    var signal = look(group);
    assertThat(signal.drainSeconds()).as("it stands still").isEmpty();

    for (int i = 1; i <= 20; i++) {
      signal = look(group.progress(10_000, 100L * i).lag(10_000 - 100L * i)); // 20/s
    }

    assertThat(signal.drainSeconds()).hasValue(400);
    assertThat(look(group.progress(10_000, 10_000).lag(0)).drainSeconds()).hasValue(0);
  }

  @Test
  void whether_there_is_work_is_told_of_all_kinds() {
    assertThat(look(new Groups()).hasWork()).isFalse();
    assertThat(look(new Groups().lag(1)).hasWork()).isTrue();
    assertThat(look(new Groups().pending(1)).hasWork()).isTrue();
    assertThat(look(new Groups().deferred(1, 0)).hasWork()).isTrue();
  }

  @Test
  void a_paused_group_is_held() {
    look(new Groups().crew(4, 0, 0));
    look(new Groups().crew(4, 0, 0));

    assertThat(look(new Groups().crew(4, 0, 0).lag(100_000).paused()).advice())
        .isEqualTo(new Need(4, "the group is paused: held"));
  }

  @Test
  void what_one_worker_settles_is_learnt() {
    var learning = new GroupWatch(ScalingPolicy.DEFAULT);
    assertThat(learning.workerRate()).isEmpty();

    for (int i = 0; i < 10; i++) {
      var group =
          new Groups()
              .progress(100_000, 350L * i)
              .lag(100_000 - 350L * i)
              .pending(8)
              .crew(1, 0, 0)
              .hands(8, 0);
      at = at.plus(STEP);
      learning.look(group.look(), at, TIME, Optional.empty());
    }

    assertThat(learning.workerRate()).hasValue(70);
  }
}
