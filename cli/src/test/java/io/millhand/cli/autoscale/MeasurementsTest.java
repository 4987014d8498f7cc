// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.autoscale;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.autoscale.Measurement;
import io.millhand.autoscale.Measurement.Backlog;
import io.millhand.autoscale.Measurement.Fleet;
import io.millhand.inspect.Flow;
import io.millhand.inspect.Snapshots.ConsumerSnapshot.Kind;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeasurementsTest {

  private static final Duration AT = Duration.ofSeconds(77);
  private static final Duration WINDOW = Duration.ofSeconds(5);

  private static Measurement of(Groups group) {
    return of(group, Optional.empty());
  }

  private static Measurement of(Groups group, Optional<Flow> flow) {
    return Measurements.of(group.look(), AT, flow, Optional.empty());
  }

  private static Flow flow(Optional<Long> added, Optional<Long> settled) {
    return new Flow(WINDOW, added, Optional.empty(), settled, 0, true);
  }

  @Test
  void all_that_is_known_is_measured() {
    var group =
        new Groups()
            .lag(100)
            .oldest(Duration.ofSeconds(9))
            .pending(40)
            .deferred(30, 12)
            .crew(3, 1, 0)
            .hands(24, 7);

    var flow = flow(Optional.of(50L), Optional.of(45L));
    assertThat(Measurements.of(group.look(), AT, Optional.of(flow), Optional.of(5)))
        .isEqualTo(
            new Measurement(
                AT,
                Optional.of(new Measurement.Flow(WINDOW, 50, 45)),
                new Backlog(100 + 12 + 7, true),
                40 - 7,
                30 - 12,
                Optional.of(Duration.ofSeconds(9)),
                new Fleet(3, 5, 24),
                false));
  }

  @Test
  void a_flow_of_which_half_is_known_is_not_known() {
    assertThat(of(new Groups()).flow()).isEmpty();
    assertThat(of(new Groups(), Optional.of(flow(Optional.empty(), Optional.of(1L)))).flow())
        .isEmpty();
    assertThat(of(new Groups(), Optional.of(flow(Optional.of(1L), Optional.empty()))).flow())
        .isEmpty();
    assertThat(of(new Groups(), Optional.of(flow(Optional.of(0L), Optional.of(0L)))).flow())
        .contains(new Measurement.Flow(WINDOW, 0, 0));
  }

  @Test
  void a_lag_that_is_not_known_is_a_backlog_of_so_many_at_least() {
    assertThat(of(new Groups().lagAtLeast(10_000).deferred(3, 3).hands(0, 2)).backlog())
        .isEqualTo(new Backlog(10_005, false));
    assertThat(of(new Groups().lagAtLeast(0)).backlog()).isEqualTo(new Backlog(0, false));
  }

  @ParameterizedTest
  @CsvSource({
    // lag, pending, deferred, soon, stranded -> backlog, in hand, later, has work
    "0, 0, 0, 0, 0, 0, 0, 0, false",
    "1, 0, 0, 0, 0, 1, 0, 0, true",
    "0, 1, 0, 0, 0, 0, 1, 0, true",
    "0, 1, 0, 0, 1, 1, 0, 0, true",
    "0, 0, 1, 0, 0, 0, 0, 1, true",
    "0, 0, 1, 1, 0, 1, 0, 0, true",
    "0, 0, 0, 0, 5, 5, 0, 0, true", // counted at two moments: more stranded than pending
    "0, 0, 0, 5, 0, 5, 0, 0, true" // and more due than deferred
  })
  void whatever_is_left_to_do_is_in_one_of_the_three(
      long lag,
      long pending,
      long deferred,
      long soon,
      long stranded,
      long backlog,
      long inHand,
      long later,
      boolean hasWork) {
    var measured =
        of(new Groups().lag(lag).pending(pending).deferred(deferred, soon).hands(1, stranded));

    assertThat(measured.backlog()).isEqualTo(new Backlog(backlog, true));
    assertThat(measured.inHand()).isEqualTo(inHand);
    assertThat(measured.later()).isEqualTo(later);
    assertThat(measured.hasWork()).isEqualTo(hasWork);
  }

  @Test
  void workers_that_are_there_are_those_alive_and_those_of_whom_it_cannot_be_told() {
    assertThat(of(new Groups().crew(4, 2, 1).hands(32, 0)).fleet()).isEqualTo(new Fleet(5, 5, 32));
  }

  @Test
  void a_client_of_another_kind_is_a_worker_with_one_handler_while_it_asks_for_something() {
    var group =
        new Groups()
            .crew(1, 0, 0)
            .hands(8, 0)
            .foreign(Duration.ZERO)
            .foreign(Duration.ofMinutes(1))
            .foreign(Duration.ofMinutes(1).plusMillis(1))
            .member(Kind.FOREIGN, Optional.empty())
            .member(Kind.DEFERRED, Optional.of(Duration.ZERO))
            .member(Kind.WORKER, Optional.of(Duration.ZERO));

    assertThat(of(group).fleet()).isEqualTo(new Fleet(3, 3, 10));
  }

  @Test
  void how_many_handlers_there_are_is_0_where_no_worker_tells() {
    assertThat(of(new Groups().crew(2, 0, 0)).fleet()).isEqualTo(new Fleet(2, 2, 0));
  }

  @Test
  void how_many_were_asked_for_is_what_is_told_none_too() {
    var look = new Groups().crew(2, 0, 0).look();

    assertThat(Measurements.of(look, AT, Optional.empty(), Optional.of(0)).fleet().requested())
        .isZero();
    assertThat(Measurements.of(look, AT, Optional.empty(), Optional.empty()).fleet().requested())
        .isEqualTo(2);
  }

  @Test
  void the_age_of_the_oldest_is_known_where_something_waits() {
    var age = Duration.ofSeconds(9);

    assertThat(of(new Groups().lag(1).oldest(age)).oldest()).contains(age);
    assertThat(of(new Groups().lagAtLeast(1).oldest(age)).oldest()).contains(age);
    assertThat(of(new Groups().lag(0).oldest(age)).oldest()).isEmpty();
    assertThat(of(new Groups().lag(5)).oldest()).as("ids that are no time").isEmpty();
  }

  @Test
  void a_pause_is_seen() {
    assertThat(of(new Groups().paused()).paused()).isTrue();
    assertThat(of(new Groups()).paused()).isFalse();
  }
}
