// SPDX-License-Identifier: Apache-2.0
package io.millhand.config;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millhand.config.WorkerSettings.Flow;
import io.millhand.config.WorkerSettings.HandlerThreads;
import io.millhand.config.WorkerSettings.Handling;
import io.millhand.config.WorkerSettings.Liveness;
import io.millhand.config.WorkerSettings.ShutdownHook;
import io.millhand.config.WorkerSettings.Upkeep;
import io.millhand.delivery.RetryPolicy;
import io.millhand.error.SettingsException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WorkerSettingsTest {

  private String stream = "orders";
  private String group = "processing";
  private Optional<String> consumer = Optional.empty();
  private Flow flow = Flow.DEFAULT;
  private Handling handling = Handling.DEFAULT;
  private Liveness liveness = Liveness.DEFAULT;
  private Upkeep upkeep = Upkeep.DEFAULT;
  private Duration drainTimeout = ofSeconds(25);

  private List<String> problems() {
    var checks = new Checks();
    new WorkerSettings(
            stream,
            group,
            consumer,
            GroupStart.beginning(),
            flow,
            handling,
            liveness,
            upkeep,
            drainTimeout,
            ShutdownHook.ON)
        .check(checks);
    var error =
        catchThrowableOfType(SettingsException.class, () -> checks.throwIfAny("The worker"));
    return error == null ? List.of() : error.problems();
  }

  private static Flow flow(int concurrency, int maxInFlight) {
    return new Flow(concurrency, maxInFlight, 1 << 20, ofMillis(200));
  }

  private static Handling handling(Duration timeout, int maxAbandoned, int maxCrashes) {
    return new Handling(
        RetryPolicy.never(), timeout, maxAbandoned, maxCrashes, HandlerThreads.VIRTUAL);
  }

  private static Liveness liveness(
      Duration beat, Duration lease, Duration grace, Duration reclaim) {
    return new Liveness(beat, lease, grace, reclaim);
  }

  @Test
  void the_defaults_are_in_order() {
    assertThat(problems()).isEmpty();
  }

  @Test
  void the_margin_before_the_end_of_a_lease_is_two_heartbeats() {
    assertThat(Liveness.DEFAULT.margin()).isEqualTo(ofSeconds(2));
  }

  static Stream<Arguments> badFlow() {
    return Stream.of(
        Arguments.of(flow(0, 100), "concurrency"),
        Arguments.of(flow(100_001, 1_000_000), "concurrency"),
        Arguments.of(flow(1, 1_000_001), "maxInFlight"),
        Arguments.of(flow(64, 63), "maxInFlight (63) must not be below concurrency (64)"),
        Arguments.of(new Flow(1, 16, 1023, ZERO), "maxInFlightBytes"),
        Arguments.of(new Flow(1, 16, 1024, ofMillis(-1)), "readAhead"),
        Arguments.of(new Flow(1, 16, 1024, ofSeconds(61)), "readAhead"),
        Arguments.of(flow(1, 15), "maxAbandoned (16) must not exceed maxInFlight (15)"));
  }

  @ParameterizedTest
  @MethodSource("badFlow")
  void a_flow_that_cannot_work_is_told_by_name(Flow bad, String problem) {
    flow = bad;

    assertThat(problems()).singleElement().asString().contains(problem);
  }

  static Stream<Arguments> badHandling() {
    return Stream.of(
        Arguments.of(handling(ZERO, 1, 5), "handlerTimeout"),
        Arguments.of(handling(ofDays(366), 1, 5), "handlerTimeout"),
        Arguments.of(handling(ofSeconds(1), 0, 5), "maxAbandoned"),
        Arguments.of(handling(ofSeconds(1), 1, 2), "maxCrashes"),
        Arguments.of(handling(ofSeconds(1), 1, 1001), "maxCrashes"));
  }

  @ParameterizedTest
  @MethodSource("badHandling")
  void handling_that_cannot_work_is_told_by_name(Handling bad, String problem) {
    handling = bad;

    assertThat(problems()).singleElement().asString().contains(problem);
  }

  static Stream<Arguments> badLiveness() {
    var second = ofSeconds(1);
    var minute = ofMinutes(1);
    return Stream.of(
        Arguments.of(liveness(ofMillis(49), second, ofMillis(200), minute), "heartbeatEvery"),
        Arguments.of(
            liveness(ofSeconds(61), ofMinutes(10), ofMinutes(5), minute), "heartbeatEvery"),
        Arguments.of(liveness(second, ofMillis(3999), ofSeconds(2), minute), "4 x heartbeatEvery"),
        Arguments.of(liveness(second, ofSeconds(3601), ofSeconds(2), minute), "lease"),
        Arguments.of(liveness(second, ofSeconds(5), ofSeconds(6), minute), "reconnectGrace (PT6S)"),
        Arguments.of(liveness(second, ofSeconds(5), ofMillis(1999), minute), "2 x heartbeatEvery"),
        Arguments.of(liveness(second, ofSeconds(5), ofSeconds(2), ofMillis(99)), "reclaimAfter"),
        Arguments.of(liveness(second, ofSeconds(5), ofSeconds(2), ofDays(31)), "reclaimAfter"));
  }

  @ParameterizedTest
  @MethodSource("badLiveness")
  void liveness_that_would_take_the_living_for_dead_is_refused(Liveness bad, String problem) {
    liveness = bad;

    assertThat(problems()).singleElement().asString().contains(problem);
  }

  static Stream<Arguments> badUpkeep() {
    return Stream.of(
        Arguments.of(new Upkeep(Retention.keepAll(), -1, Optional.empty()), "deadLetterLimit"),
        Arguments.of(
            new Upkeep(Retention.finished(ofSeconds(-1)), 0, Optional.empty()), "retention"),
        Arguments.of(
            new Upkeep(Retention.finished(ofDays(36_501)), 0, Optional.empty()), "retention"),
        Arguments.of(new Upkeep(Retention.finishedBut(-1), 0, Optional.empty()), "keepNewest"),
        Arguments.of(new Upkeep(Retention.hardCap(0), 0, Optional.empty()), "hardCap"),
        Arguments.of(
            new Upkeep(Retention.keepAll(), 0, Optional.of(ofMillis(3999))),
            "sharedWith (PT3.999S)"));
  }

  @ParameterizedTest
  @MethodSource("badUpkeep")
  void upkeep_that_cannot_work_is_told_by_name(Upkeep bad, String problem) {
    upkeep = bad;

    assertThat(problems()).singleElement().asString().contains(problem);
  }

  @Test
  void names_that_are_missing_endless_or_reserved_are_refused() {
    stream = "";
    group = "x".repeat(513);
    consumer = Optional.of("~deferred");

    assertThat(problems())
        .containsExactly(
            "the stream has no name",
            "the name of the group is 513 characters long, 512 are allowed",
            "a consumer name must not begin with ~, which is reserved");
  }

  @Test
  void a_consumer_name_is_on_one_line() {
    consumer = Optional.of("pod\n0");

    assertThat(problems()).singleElement().asString().contains("one line");
  }

  @Test
  void a_drain_takes_a_day_at_most() {
    drainTimeout = ofDays(2);

    assertThat(problems()).singleElement().asString().contains("drainTimeout");
  }

  @Test
  void all_problems_are_told_at_once() {
    stream = "";
    flow = new Flow(0, 0, 0, ofSeconds(-1));
    handling = handling(ZERO, 0, 0);
    drainTimeout = ofSeconds(-1);
    upkeep = new Upkeep(Retention.hardCap(0), -1, Optional.of(ZERO));

    assertThat(problems()).hasSizeGreaterThanOrEqualTo(11);
  }

  @Test
  void the_edges_of_each_range_are_allowed() {
    flow = new Flow(100_000, 1_000_000, Long.MAX_VALUE, ofMinutes(1));
    handling = handling(ofDays(365), 100_000, 1000);
    liveness = liveness(ofMinutes(1), ofMinutes(60), ofMinutes(60), ofDays(30));
    upkeep =
        new Upkeep(Retention.finished(ofDays(36_500)), Long.MAX_VALUE, Optional.of(ofMinutes(4)));
    drainTimeout = ofDays(1);
    consumer = Optional.of("x".repeat(512));
    assertThat(problems()).isEmpty();

    flow = new Flow(1, 1, 1024, ZERO);
    handling = handling(ofMillis(1), 1, 3);
    liveness = liveness(ofMillis(50), ofMillis(200), ofMillis(100), ofMillis(100));
    upkeep = new Upkeep(Retention.finished(ZERO), 0, Optional.of(ofMillis(200)));
    drainTimeout = ZERO;
    assertThat(problems()).isEmpty();
  }

  @Test
  void no_problem_throws_nothing() {
    assertThatCode(() -> new Checks().throwIfAny("The worker")).doesNotThrowAnyException();
  }

  @Test
  void problems_are_listed_under_what_they_are_about() {
    var checks = new Checks();
    checks.that(false, "a (%d) is bad", 1);
    checks.range("b", 5, 6, Long.MAX_VALUE);
    checks.range("c", 5, 6, 7);
    checks.between("d", ofSeconds(1), ofSeconds(2), ofSeconds(3));

    var error =
        catchThrowableOfType(SettingsException.class, () -> checks.throwIfAny("The worker"));

    assertThat(error).hasMessageStartingWith("The worker cannot start, 4 settings to correct:");
    assertThat(error.problems())
        .containsExactly(
            "a (1) is bad",
            "b must be 6 or more, but is 5",
            "c must be between 6 and 7, but is 5",
            "d must be between PT2S and PT3S, but is PT1S");
  }

  @Test
  void a_name_in_an_error_text_cannot_write_over_a_terminal() {
    assertThat(Checks.quoted("a\u001b[31m\n\u202eb")).isEqualTo("a\\u001b[31m\\u000a\\u202eb");
    assertThat(Checks.quoted("x".repeat(1000))).hasSize(80);
    assertThat(Checks.quoted("gr\u00fc\u00dfe \ud83d\ude00"))
        .isEqualTo("gr\u00fc\u00dfe \ud83d\ude00");
  }
}
