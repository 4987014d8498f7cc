// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FlowTest {

  private static Flow between(Groups before, Groups after) {
    return Flow.between(before.snapshot(), after.snapshot(), ofSeconds(2));
  }

  @Test
  void what_was_settled_is_what_was_given_out_less_what_is_unfinished() {
    var flow =
        between(
            new Groups().added(1000).read(900).lag(100).pending(50).deferred(3, 0),
            new Groups().added(1200).read(1000).lag(200).pending(40).deferred(7, 0));

    assertThat(flow.added()).contains(200L);
    assertThat(flow.delivered()).contains(100L);
    assertThat(flow.settled()).contains(106L);
    assertThat(flow.addedPerSecond()).contains(100.0);
    assertThat(flow.settledPerSecond()).contains(53.0);
    assertThat(flow.moved()).isTrue();
  }

  @Test
  void where_redis_cannot_tell_what_was_read_it_follows_from_the_lag() {
    var unread = new Groups().added(100).lag(40);
    var later = new Groups().added(130).lag(20).read(7); // was not known before

    assertThat(between(unread, later).delivered()).contains(50L);
    assertThat(between(unread, unread).delivered()).contains(0L);
  }

  @Test
  void what_nobody_can_know_is_empty_and_not_zero() {
    var flow =
        between(
            new Groups().added(100).read(50).lagAtLeast(10_000),
            new Groups().added(130).lagAtLeast(10_000));

    assertThat(flow.delivered()).isEmpty();
    assertThat(flow.settled()).isEmpty();
    assertThat(flow.settledPerSecond()).isEmpty();
    assertThat(flow.drainTime(new Groups().lagAtLeast(10_000).snapshot())).isEmpty();
  }

  @Test
  void a_counter_that_went_back_tells_nothing() {
    var flow = between(new Groups().added(100).read(100), new Groups().added(3).read(2));

    assertThat(flow.added()).isEmpty();
    assertThat(flow.delivered()).isEmpty();
  }

  @Test
  void the_backlog_drains_at_the_rate_at_which_more_is_settled_than_comes() {
    var after = new Groups().added(1100).read(600).lag(500).pending(20);
    var flow = between(new Groups().added(1000).read(300).lag(700).pending(20), after);

    assertThat(flow.drainTime(after.snapshot())).contains(Duration.ofMillis(5200));
  }

  @Test
  void a_backlog_that_grows_never_drains_and_an_empty_one_has() {
    var growing = new Groups().added(1300).read(350).lag(950);
    assertThat(
            between(new Groups().added(1000).read(300).lag(700), growing)
                .drainTime(growing.snapshot()))
        .isEmpty();
    var empty = new Groups().added(10).read(10);
    assertThat(between(empty, empty).drainTime(empty.snapshot())).contains(Duration.ZERO);
  }

  @Test
  void nothing_moved_when_all_stands_where_it_stood() {
    var group = new Groups().added(10).read(5).lag(5).pending(2);

    assertThat(between(group, group).moved()).isFalse();
    assertThat(between(group, group.pending(1)).moved()).isFalse();
  }

  @Test
  void new_dead_letters_are_counted_and_fewer_are_no_negative_count() {
    assertThat(between(new Groups().dead(3), new Groups().dead(5)).dead()).isEqualTo(2);
    assertThat(between(new Groups().dead(3), new Groups().dead(0)).dead()).isZero();
  }
}
